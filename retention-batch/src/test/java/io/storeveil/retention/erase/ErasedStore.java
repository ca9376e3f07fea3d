package io.storeveil.retention.erase;

import io.storeveil.control.KeyStatePlace;
import io.storeveil.keys.KeyState;
import io.storeveil.keys.OwnerId;
import io.storeveil.policy.Policy;
import io.storeveil.policy.PolicyLoader;
import io.storeveil.policy.SubjectKind;
import io.storeveil.retention.catalog.Catalog;
import io.storeveil.retention.check.Finding;
import io.storeveil.retention.check.PolicyCheck;
import io.storeveil.retention.ownership.OwnerKeys;
import io.storeveil.retention.ownership.Ownership;
import io.storeveil.retention.ownership.Thresholds;
import io.storeveil.retention.store.Journal;
import io.storeveil.retention.store.StoreSchema;
import io.storeveil.retention.store.StoreTransaction;
import io.storeveil.retention.stores.Connections;
import io.storeveil.retention.stores.StoreServer;
import io.storeveil.retention.verify.LookedAgain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** One database in which one small schema after the other is made, erased from, and looked at. */
final class ErasedStore {

    private static final Instant NIGHT = Instant.parse("2026-11-22T23:00:00Z");
    private static final String HEAD =
            """
            policy: storeveil/v1
            store: shop
            controller: { name: Shop GmbH, contact: privacy@shop.example }
            time-zone: Europe/Berlin
            categories:
              identity: [ encrypt,      redact ]
              secret:   [ drop,         "null" ]
              key:      [ pseudonymise, keep ]
              plain:    [ none,         keep ]
            purposes:
              contract: { basis: contract, keep: P3Y }
              books:    { basis: legal-obligation, reference: "AO s. 147", keep: P8Y, from: end-of-calendar-year }
            """;

    private final Path directory;
    private final DataSource store;
    private final JdbcClient client;
    private final KeyState keys;
    private int erasures;
    private @Nullable LookedAgain look;

    ErasedStore(Path directory, String database) throws SQLException {
        this.directory = directory;
        StoreServer.admin().sql("create database " + database).update();
        store = Connections.to(StoreServer.running().getJdbcUrl("postgres", database), "postgres");
        client = JdbcClient.create(store);
        StoreSchema.open(store);
        var states = KeyStatePlace.inDirectories(
                        List.of(directory.resolve("a"), directory.resolve("b")), directory.resolve("kek"))
                .open();
        states.init();
        keys = states.current();
    }

    /** @param rest of a policy, from its subjects on */
    Policy policy(String rest) throws IOException {
        return PolicyLoader.load(Files.writeString(directory.resolve("policy.yaml"), HEAD + rest));
    }

    void become(String sql) {
        client.sql("drop schema public cascade; create schema public; truncate storeveil.journal, storeveil.hold")
                .update();
        client.sql(sql).update();
    }

    void sql(String sql) {
        client.sql(sql).update();
    }

    /** What {@code policy check} would stop a sweep for. */
    List<String> errors(Policy policy) throws SQLException {
        try (Connection connection = store.getConnection()) {
            return PolicyCheck.check(policy, connection).stream()
                    .filter(finding -> finding.severity() == Finding.Severity.ERROR)
                    .map(finding -> finding.where() + ": " + finding.what())
                    .toList();
        }
    }

    Erasing.Result erase(Policy policy, String kind, List<String> key) throws SQLException {
        SubjectKind subject = Objects.requireNonNull(policy.subjects().get(kind));
        Erasure erasure = new Erasure(
                "R-" + ++erasures,
                subject,
                key,
                keys.reference(OwnerId.of(subject.table().toString(), List.<Object>copyOf(key))),
                false);
        StoreTransaction transaction = new StoreTransaction(store, Duration.ofSeconds(10), Duration.ofMinutes(1));
        return transaction.run(connection -> {
            Ownership ownership = new Ownership(policy, Catalog.read(connection));
            Thresholds thresholds = new Thresholds(policy, NIGHT);
            look = new LookedAgain(connection, ownership, thresholds, erasure);
            return new Erasing(ownership, thresholds, new OwnerKeys(ownership, keys), new Journal("run", "erase"))
                    .erase(connection, erasure);
        });
    }

    /** Puts a row back as it was, whatever it refers to; false where its place is taken. */
    boolean putBack(String table, String row) throws SQLException {
        try (Connection connection = store.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("set session_replication_role = replica");
            return statement.executeUpdate("insert into " + table + " select (('" + row.replace("'", "''") + "')::"
                            + table + ").* on conflict do nothing")
                    == 1;
        }
    }

    /** What the look that follows the last erasure finds left of the person. */
    List<String> left() throws SQLException {
        try (Connection connection = store.getConnection()) {
            return Objects.requireNonNull(look).left(connection);
        }
    }

    /** Each row as PostgreSQL writes it, in order. */
    List<String> rows(String table) {
        return client.sql("select r::text from " + table + " r order by 1")
                .query(String.class)
                .list();
    }

    Map<String, List<String>> everything() {
        Map<String, List<String>> rows = new TreeMap<>();
        client.sql("select c.oid::regclass::text from pg_class c where c.relnamespace = 'public'::regnamespace"
                        + " and c.relkind in ('r', 'p') and not c.relispartition")
                .query(String.class)
                .list()
                .forEach(table -> rows.put(table, rows(table)));
        return rows;
    }

    /** Rows that the journal says were changed, by action. */
    Map<String, Long> journal() {
        Map<String, Long> entries = new TreeMap<>();
        client.sql("select action, sum(rows)::bigint as n from storeveil.journal where action <> 'marker' group by 1")
                .query((row, n) -> entries.put(row.getString(1), row.getLong(2)))
                .list();
        return entries;
    }
}
