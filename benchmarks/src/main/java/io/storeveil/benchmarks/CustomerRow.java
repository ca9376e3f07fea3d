package io.storeveil.benchmarks;

import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;

/** A row of twelve columns with its schema: flattened, or in its change event. */
final class CustomerRow {

    /** The four columns that a policy encrypts or redacts. */
    static final List<String> PERSONAL = List.of("email", "first_name", "last_name", "street");

    /** The column that a policy makes a token of. */
    static final String TOKEN = "loyalty_number";

    static final Schema KEY = SchemaBuilder.struct()
            .name("shop.public.customer.Key")
            .field("id", Schema.INT64_SCHEMA)
            .build();

    static final Schema ROW = SchemaBuilder.struct()
            .name("shop.public.customer.Value")
            .field("id", Schema.INT64_SCHEMA)
            .field("loyalty_number", Schema.OPTIONAL_STRING_SCHEMA)
            .field("email", Schema.OPTIONAL_STRING_SCHEMA)
            .field("first_name", Schema.OPTIONAL_STRING_SCHEMA)
            .field("last_name", Schema.OPTIONAL_STRING_SCHEMA)
            .field("street", Schema.OPTIONAL_STRING_SCHEMA)
            .field(
                    "born",
                    SchemaBuilder.int32()
                            .name("io.debezium.time.Date")
                            .version(1)
                            .optional()
                            .build())
            .field("country", Schema.OPTIONAL_STRING_SCHEMA)
            .field("language", Schema.OPTIONAL_STRING_SCHEMA)
            .field("newsletter", Schema.OPTIONAL_BOOLEAN_SCHEMA)
            .field("visits", Schema.OPTIONAL_INT32_SCHEMA)
            .field("credit", Schema.OPTIONAL_INT64_SCHEMA)
            .build();

    static final Schema SOURCE = SchemaBuilder.struct()
            .name("io.debezium.connector.postgresql.Source")
            .field("version", Schema.STRING_SCHEMA)
            .field("connector", Schema.STRING_SCHEMA)
            .field("name", Schema.STRING_SCHEMA)
            .field("ts_ms", Schema.INT64_SCHEMA)
            .field("snapshot", Schema.OPTIONAL_STRING_SCHEMA)
            .field("db", Schema.STRING_SCHEMA)
            .field("sequence", Schema.OPTIONAL_STRING_SCHEMA)
            .field("schema", Schema.STRING_SCHEMA)
            .field("table", Schema.STRING_SCHEMA)
            .field("txId", Schema.OPTIONAL_INT64_SCHEMA)
            .field("lsn", Schema.OPTIONAL_INT64_SCHEMA)
            .build();

    static final Schema ENVELOPE = SchemaBuilder.struct()
            .name("shop.public.customer.Envelope")
            .version(2)
            .field("before", optional(ROW))
            .field("after", optional(ROW))
            .field("source", SOURCE)
            .field("op", Schema.STRING_SCHEMA)
            .field("ts_ms", Schema.OPTIONAL_INT64_SCHEMA)
            .build();

    private CustomerRow() {}

    /** A policy file's text for this row, of which only the loyalty number becomes a token. */
    static String tokens() {
        return policy("none", "none", "none")
                .replace(
                        TOKEN + ": key",
                        TOKEN
                                + ": { is: plain, in-stream: { tokenise: { alphabet: upper-alphanumeric, keep: \"-\" } } }");
    }

    private static Schema optional(Schema row) {
        SchemaBuilder copy = SchemaBuilder.struct().name(row.name()).optional();
        row.fields().forEach(field -> copy.field(field.name(), field.schema()));
        return copy.build();
    }

    /** A flattened row. */
    static SourceRecord record(long id) {
        return event(id, ROW, row(ROW, id));
    }

    /** An update, with the new row only, as PostgreSQL's default replica identity leaves it. */
    static SourceRecord envelope(long id) {
        Struct source = new Struct(SOURCE)
                .put("version", "3.5.0.Final")
                .put("connector", "postgresql")
                .put("name", "shop")
                .put("ts_ms", 1_764_000_000_000L)
                .put("snapshot", "false")
                .put("db", "shop")
                .put("sequence", "[\"99\",\"100\"]")
                .put("schema", "public")
                .put("table", "customer")
                .put("txId", 7L)
                .put("lsn", 99L);
        Struct envelope = new Struct(ENVELOPE)
                .put("after", row(ENVELOPE.field("after").schema(), id))
                .put("source", source)
                .put("op", "u")
                .put("ts_ms", 1_764_000_000_001L);
        return event(id, ENVELOPE, envelope);
    }

    private static Struct row(Schema schema, long id) {
        return new Struct(schema)
                .put("id", id)
                .put("loyalty_number", "LN-2024-001815")
                .put("email", "ada.lovelace@example.org")
                .put("first_name", "Augusta Ada")
                .put("last_name", "Lovelace")
                .put("street", "12 St James's Square")
                .put("born", 6_000)
                .put("country", "GB")
                .put("language", "en")
                .put("newsletter", true)
                .put("visits", 3)
                .put("credit", 1_250L);
    }

    private static SourceRecord event(long id, Schema schema, Struct value) {
        return new SourceRecord(
                Map.of("server", "shop"),
                Map.of("lsn", 99L),
                "shop.public.customer",
                null,
                KEY,
                new Struct(KEY).put("id", id),
                schema,
                value);
    }

    /**
     * A policy file's text for this row.
     *
     * @param personal what happens to the four personal columns in the stream
     * @param key      what happens to the two keys
     * @param birth    what happens to the date of birth
     */
    static String policy(String personal, String key, String birth) {
        return """
                policy: storeveil/v1
                store: shop
                controller: { name: Example Store GmbH, contact: privacy@store.example }
                time-zone: Europe/Berlin
                categories:
                  personal: [ %s, redact ]
                  key: [ %s, keep ]
                  birth: [ %s, "null" ]
                  plain: [ none, keep ]
                purposes:
                  contract: { basis: contract, keep: P3Y }
                subjects:
                  customer: { table: customer, key: [id], clock: none }
                tables:
                  customer:
                    key: [id]
                    purposes: [contract]
                    columns:
                      id: key
                      loyalty_number: key
                      email: personal
                      first_name: personal
                      last_name: personal
                      street: personal
                      born: birth
                      country: plain
                      language: plain
                      newsletter: plain
                      visits: plain
                      credit: plain
                """
                .formatted(personal, key, birth);
    }
}
