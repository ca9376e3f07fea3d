package io.storeveil.connect;

import io.storeveil.keys.CacheUse;
import io.storeveil.keys.Engines;
import io.storeveil.keys.KeyReference;
import io.storeveil.keys.Keyring;
import io.storeveil.keys.OwnerId;
import io.storeveil.keys.OwnerKey;
import io.storeveil.policy.AtRest;
import io.storeveil.policy.Column;
import io.storeveil.policy.Controller;
import io.storeveil.policy.JsonPath;
import io.storeveil.policy.Owner;
import io.storeveil.policy.Policy;
import io.storeveil.policy.SubjectKind;
import io.storeveil.policy.Table;
import io.storeveil.policy.TableName;
import io.storeveil.policy.UndeclaredColumns;
import io.storeveil.protect.Protection;
import io.storeveil.protect.Protections;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/** A small shop: its policy, its keys, and its records in the shapes of Debezium 3.5 for PostgreSQL. */
final class Fixture {

    static final TableName CUSTOMER = new TableName("public", "customer");
    static final TableName ORDERS = new TableName("public", "orders");

    static final Schema CUSTOMER_ROW = SchemaBuilder.struct()
            .name("shop.public.customer.Value")
            .field("id", SchemaBuilder.int64().defaultValue(0L).build())
            .field("email", Schema.STRING_SCHEMA)
            .field("name", varchar(40).optional().build())
            .field(
                    "born",
                    SchemaBuilder.int32()
                            .name("io.debezium.time.Date")
                            .version(1)
                            .optional()
                            .build())
            .field("password", Schema.OPTIONAL_STRING_SCHEMA)
            .field("visits", SchemaBuilder.int32().defaultValue(7).build())
            .field("forgotten", Schema.OPTIONAL_STRING_SCHEMA)
            .optional()
            .build();

    static final Schema CUSTOMER_KEY = SchemaBuilder.struct()
            .name("shop.public.customer.Key")
            .field("id", SchemaBuilder.int64().defaultValue(0L).build())
            .build();

    static final Schema ORDER_ROW = SchemaBuilder.struct()
            .name("shop.public.orders.Value")
            .field("id", Schema.INT32_SCHEMA)
            .field("customer_id", Schema.OPTIONAL_INT64_SCHEMA)
            .field("ship_name", Schema.OPTIONAL_STRING_SCHEMA)
            .optional()
            .build();

    static final Schema ORDER_KEY = SchemaBuilder.struct()
            .name("shop.public.orders.Key")
            .field("id", Schema.INT32_SCHEMA)
            .build();

    private Fixture() {}

    static SchemaBuilder varchar(int length) {
        return SchemaBuilder.string()
                .parameter("__debezium.source.column.type", "VARCHAR")
                .parameter("__debezium.source.column.length", String.valueOf(length));
    }

    static Struct customer(long id, @Nullable String email) {
        return new Struct(CUSTOMER_ROW)
                .put("id", id)
                .put("email", email == null ? "" : email)
                .put("name", "Ada Lovelace")
                .put("born", 6_000)
                .put("password", "hunter2")
                .put("visits", 3)
                .put("forgotten", "left behind");
    }

    static Struct customerKey(long id) {
        return new Struct(CUSTOMER_KEY).put("id", id);
    }

    static Policy policy(UndeclaredColumns undeclared) {
        Map<TableName, Table> tables = new TreeMap<>();
        put(
                tables,
                table(CUSTOMER, List.of())
                        .with("id", "pseudonymise", "public.customer.id")
                        .with("email", "encrypt", "")
                        .with("name", "encrypt", "")
                        .with("born", "generalise: year", "")
                        .with("password", "drop", "")
                        .with("visits", "none", ""));
        put(
                tables,
                table(ORDERS, List.of(new Owner(CUSTOMER, Map.of("customer_id", "id"), Map.of(), null)))
                        .with("id", "pseudonymise", "public.orders.id")
                        .with("customer_id", "pseudonymise", "public.customer.id")
                        .with("ship_name", "encrypt", ""));
        Table known = table(new TableName("public", "known"), List.of())
                .with("id", "none", "")
                .build();
        tables.put(
                known.name(),
                new Table(
                        known.name(),
                        known.key(),
                        List.of(),
                        List.of(),
                        List.of(),
                        known.columns(),
                        false,
                        false,
                        false));
        return policy(tables, undeclared);
    }

    static Policy policy(Map<TableName, Table> tables, UndeclaredColumns undeclared) {
        SubjectKind subject =
                new SubjectKind("customer", CUSTOMER, List.of("id"), Map.of(), null, List.of(), Map.of(), false);
        return new Policy(
                "shop",
                new Controller("Example", "privacy@example.org", null),
                ZoneId.of("UTC"),
                null,
                Map.of(),
                Map.of(),
                Map.of("customer", subject),
                tables,
                undeclared,
                "0".repeat(64));
    }

    private static void put(Map<TableName, Table> tables, TableBuilder table) {
        tables.put(table.name, table.build());
    }

    static TableBuilder table(TableName name, List<Owner> owners) {
        return new TableBuilder(name, owners);
    }

    /** The one that every column is for. */
    static final String PURPOSE = "care";

    /** Columns are protected by what a policy would say: {@code generalise: year}. */
    static final class TableBuilder {

        private final TableName name;
        private final List<Owner> owners;
        private final Map<String, Column> columns = new LinkedHashMap<>();

        private TableBuilder(TableName name, List<Owner> owners) {
            this.name = name;
            this.owners = owners;
        }

        TableBuilder with(String column, String protection, String domain) {
            columns.put(
                    column,
                    new Column(
                            column,
                            "its-category",
                            protection(protection),
                            new AtRest(AtRest.Action.KEEP, null),
                            List.of(PURPOSE),
                            domain.isEmpty() ? name + "." + column : domain,
                            null));
            return this;
        }

        /** @param paths to what a policy would say of what stands there */
        TableBuilder withInside(String column, Map<String, String> paths) {
            Map<JsonPath, Column> inside = new LinkedHashMap<>();
            paths.forEach((path, protection) -> {
                String part = column + "." + path;
                inside.put(
                        JsonPath.of(path),
                        new Column(
                                part,
                                "its-category",
                                protection(protection),
                                new AtRest(AtRest.Action.KEEP, null),
                                List.of(PURPOSE),
                                name + "." + part,
                                null));
            });
            columns.put(
                    column,
                    new Column(
                            column,
                            Column.BY_PATH,
                            protection("drop"),
                            new AtRest(AtRest.Action.REDACT, null),
                            List.of(PURPOSE),
                            name + "." + column,
                            null,
                            inside));
            return this;
        }

        Table build() {
            return new Table(name, List.of("id"), owners, List.of(), List.of(), columns, false, false, true);
        }
    }

    static Protection protection(String text) {
        return Protections.examples().stream()
                .filter(example -> example.toString().equals(text))
                .findFirst()
                .orElseThrow();
    }

    static Schema envelopeSchema(String table, Schema row) {
        return SchemaBuilder.struct()
                .name("shop.public." + table + ".Envelope")
                .version(2)
                .field("before", row)
                .field("after", row)
                .field("source", SOURCE)
                .field(
                        "transaction",
                        SchemaBuilder.struct()
                                .field("id", Schema.STRING_SCHEMA)
                                .optional()
                                .build())
                .field("op", Schema.STRING_SCHEMA)
                .field("ts_ms", Schema.OPTIONAL_INT64_SCHEMA)
                .build();
    }

    static final Schema SOURCE = SchemaBuilder.struct()
            .name("io.debezium.connector.postgresql.Source")
            .field("version", Schema.STRING_SCHEMA)
            .field("connector", Schema.STRING_SCHEMA)
            .field("name", Schema.STRING_SCHEMA)
            .field("db", Schema.STRING_SCHEMA)
            .field("schema", Schema.STRING_SCHEMA)
            .field("table", Schema.STRING_SCHEMA)
            .field("lsn", Schema.OPTIONAL_INT64_SCHEMA)
            .field("query", Schema.OPTIONAL_STRING_SCHEMA)
            .build();

    private static final Schema CUSTOMER_ENVELOPE = envelopeSchema("customer", CUSTOMER_ROW);
    private static final Schema ORDER_ENVELOPE = envelopeSchema("orders", ORDER_ROW);

    static Struct source(String schema, String table) {
        return new Struct(SOURCE)
                .put("version", "3.5.0.Final")
                .put("connector", "postgresql")
                .put("name", "shop")
                .put("db", "store")
                .put("schema", schema)
                .put("table", table)
                .put("lsn", 99L)
                .put("query", "update customer set email = 'ada@example.org'");
    }

    static SourceRecord change(String op, @Nullable Struct before, @Nullable Struct after) {
        Struct envelope = new Struct(CUSTOMER_ENVELOPE)
                .put("before", before)
                .put("after", after)
                .put("source", source("public", "customer"))
                .put("op", op)
                .put("ts_ms", 1L);
        Struct row = after == null ? before : after;
        Struct key = row == null ? null : customerKey(row.getInt64("id"));
        return record("shop.public.customer", key == null ? null : CUSTOMER_KEY, key, CUSTOMER_ENVELOPE, envelope);
    }

    static SourceRecord order(int id, @Nullable Long customer, String shipName) {
        Struct row =
                new Struct(ORDER_ROW).put("id", id).put("customer_id", customer).put("ship_name", shipName);
        Struct envelope = new Struct(ORDER_ENVELOPE)
                .put("after", row)
                .put("source", source("public", "orders"))
                .put("op", "c");
        return record("shop.public.orders", ORDER_KEY, new Struct(ORDER_KEY).put("id", id), ORDER_ENVELOPE, envelope);
    }

    static SourceRecord record(
            String topic,
            @Nullable Schema keySchema,
            @Nullable Object key,
            @Nullable Schema valueSchema,
            @Nullable Object value) {
        return new SourceRecord(
                Map.of("server", "shop"), Map.of("lsn", 99L), topic, null, keySchema, key, valueSchema, value);
    }

    /** One key state that never changes. */
    record KeysOf(Keyring current) implements Keys {

        @Override
        public long leaseLeftMillis() {
            return 1_000;
        }

        @Override
        public void close() {}
    }

    /** Keys that are the same on every run; erasing is a word. */
    static final class FixedKeys implements Keys, Keyring {

        private final Engines engines = new Engines();
        private final Map<KeyReference, OwnerId> owners = new HashMap<>();
        private final Set<OwnerId> erased = new HashSet<>();

        void erase(OwnerId owner) {
            erased.add(owner);
        }

        @Override
        public Keyring current() {
            return this;
        }

        @Override
        public long leaseLeftMillis() {
            return 1_000;
        }

        @Override
        public CacheUse ownerKeyCache() {
            return new CacheUse(0, 0);
        }

        @Override
        public void close() {}

        @Override
        public long version() {
            return 3;
        }

        @Override
        public OwnerKey ownerKey(OwnerId owner) {
            byte[] hash = hash("owner" + owner.kind() + owner.key());
            KeyReference reference = KeyReference.of(Arrays.copyOf(hash, KeyReference.LENGTH));
            owners.put(reference, owner);
            return erased.contains(owner)
                    ? new OwnerKey.Erased()
                    : new OwnerKey.Present(new SecretKeySpec(hash("key" + reference), "AES"), reference);
        }

        @Override
        public OwnerKey ownerKey(KeyReference reference) {
            OwnerId owner = owners.get(reference);
            return owner == null ? new OwnerKey.Erased() : ownerKey(owner);
        }

        @Override
        public boolean isOf(KeyReference reference, String kind) {
            OwnerId owner = owners.get(reference);
            return owner != null && owner.kind().equals(kind);
        }

        @Override
        public SecretKey domainKey(String domain) {
            return new SecretKeySpec(hash("domain" + domain), "HmacSHA256");
        }

        @Override
        public Engines engines() {
            return engines;
        }

        private static byte[] hash(String text) {
            try {
                return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            } catch (GeneralSecurityException e) {
                throw new AssertionError(e);
            }
        }
    }
}
