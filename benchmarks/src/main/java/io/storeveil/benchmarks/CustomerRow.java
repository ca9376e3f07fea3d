package io.storeveil.benchmarks;

import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;

/** A flattened row of twelve columns with its schema, as Debezium and {@code ExtractNewRecordState} leave it. */
final class CustomerRow {

    /** The four columns that a policy encrypts or redacts. */
    static final List<String> PERSONAL = List.of("email", "first_name", "last_name", "street");

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

    private CustomerRow() {}

    static SourceRecord record(long id) {
        Struct row = new Struct(ROW)
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
        return new SourceRecord(
                Map.of("server", "shop"),
                Map.of("lsn", 99L),
                "shop.public.customer",
                null,
                KEY,
                new Struct(KEY).put("id", id),
                ROW,
                row);
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
