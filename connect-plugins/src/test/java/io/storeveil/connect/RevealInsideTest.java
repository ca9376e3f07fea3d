package io.storeveil.connect;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeveil.connect.Permission.Verdict;
import io.storeveil.connect.RevealedColumn.Reader;
import io.storeveil.control.KeyStateUnavailable;
import io.storeveil.keys.KeyReference;
import io.storeveil.keys.KeyState;
import io.storeveil.keys.Keyring;
import io.storeveil.keys.OwnerId;
import io.storeveil.policy.Policy;
import io.storeveil.policy.PolicyLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is inside of a column opens path by path, in each of the forms that it can come in. */
class RevealInsideTest {

    private static final String TOPIC = "store.public.customer";
    private static final String POLICY =
            """
            policy: storeveil/v1
            controller: { name: Shop, contact: privacy@shop.example }
            time-zone: UTC
            categories: { key: [pseudonymise, keep], seen: [encrypt, redact], plain: [none, keep] }
            purposes: { care: { basis: contract, keep: P3Y }, ads: { basis: consent, keep: P2Y } }
            subjects: { customer: { table: customer, key: [id], clock: none } }
            tables:
              customer:
                key: [id]
                purposes: [care]
                columns:
                  id: key
                  details:
                    json:
                      $.name: seen
                      $.age: seen
                      "$.phones[*]": seen
                      $.note: { is: seen, for: [ads] }
                      $.city: plain
                  sizes: { json: { $.coat: seen, $.shoe: { is: seen, for: [ads] } } }
            """;

    private static final String JSON =
            """
            {"name":"Ada","age":36,"phones":["1","2"],"note":"tall","city":"London"}""";

    private static final Schema DETAILS = SchemaBuilder.struct()
            .field("name", Schema.STRING_SCHEMA)
            .field("age", Schema.INT32_SCHEMA)
            .field("phones", SchemaBuilder.array(Schema.STRING_SCHEMA).build())
            .field("note", Schema.STRING_SCHEMA)
            .field("city", Schema.STRING_SCHEMA)
            .optional()
            .build();

    private final KeyState keys = KeyState.create();
    private final KeyState withoutAda =
            keys.puncture(List.of(keys.reference(OwnerId.of("public.customer", List.of(42L)))));
    private final Counters counters = new Counters(new KeysInUse(new Fixture.KeysOf(keys)));
    private final Placeholder placeholder = new Placeholder("__debezium_unavailable_value");
    private Verdict verdict = Verdict.GIVEN;
    private @Nullable Policy policy;

    @BeforeEach
    void load(@TempDir Path folder) throws IOException {
        policy = PolicyLoader.load(Files.writeString(folder.resolve("policy.yaml"), POLICY));
    }

    @Test
    void ofAJsonText_whatIsForThePurposeOpens() throws Exception {
        Map<?, ?> details = json(reveal(protect("details", Schema.OPTIONAL_STRING_SCHEMA, JSON), Keyrings.of(keys)));

        assertThat(details.get("name")).isEqualTo("Ada");
        assertThat(details.get("age")).as("a number again").isEqualTo(36L);
        assertThat(details.get("phones")).isEqualTo(List.of("1", "2"));
        assertThat(String.valueOf(details.get("note")))
                .as("is for another purpose")
                .hasSizeGreaterThan(40);
        assertThat(details.get("city")).isEqualTo("London");
    }

    @Test
    void ofAStruct_too_inTheTypesThatItsFieldsHad() {
        SourceRecord revealed = reveal(protect("details", DETAILS, ada()), Keyrings.of(keys));

        Struct details = ((Struct) revealed.value()).getStruct("details");
        details.validate();
        assertThat(details.get("name")).isEqualTo("Ada");
        assertThat(details.get("age")).isEqualTo(36);
        assertThat(details.get("phones")).isEqualTo(List.of("1", "2"));
        assertThat(details.getString("note")).hasSizeGreaterThan(40);
        assertThat(details.get("city")).isEqualTo("London");
    }

    @Test
    void ofAMap_whoseValuesHaveOneType_whatOpensIsATextWhereOthersStayOnes() {
        Schema sizes =
                SchemaBuilder.map(Schema.STRING_SCHEMA, Schema.INT32_SCHEMA).build();
        SourceRecord revealed = reveal(protect("sizes", sizes, Map.of("coat", 38, "shoe", 40)), Keyrings.of(keys));

        Map<?, ?> map = ((Struct) revealed.value()).getMap("sizes");
        ((Struct) revealed.value()).validate();
        assertThat(map.get("coat")).isEqualTo("38");
        assertThat(String.valueOf(map.get("shoe"))).hasSizeGreaterThan(40);
    }

    @Test
    void ofARecordWithoutSchemas_whetherTextOrObject() throws Exception {
        for (Object inside : Arrays.asList(JSON, JsonText.read(JSON))) {
            Map<String, Object> row = Map.of("id", 42L, "details", requireNonNull(inside));
            SourceRecord revealed = reveal(protect(record(null, row)), Keyrings.of(keys));

            Object details = ((Map<?, ?>) revealed.value()).get("details");
            Map<?, ?> object = (Map<?, ?>) (details instanceof String text ? JsonText.read(text) : details);
            assertThat(requireNonNull(object).get("name")).isEqualTo("Ada");
            assertThat(object.get("age")).isEqualTo(36L);
            assertThat(String.valueOf(object.get("note"))).hasSizeGreaterThan(40);
        }
    }

    @Test
    void whoDoesNotAllowIt_hasNullThere_andWhoIsErased_theMarker() throws Exception {
        SourceRecord text = protect("details", Schema.OPTIONAL_STRING_SCHEMA, JSON);
        SourceRecord struct = protect("details", DETAILS, ada());

        assertThat(json(reveal(text, Keyrings.of(withoutAda))).get("name")).isEqualTo("[erased]");
        Struct erased = ((Struct) reveal(struct, Keyrings.of(withoutAda)).value()).getStruct("details");
        assertThat(erased.get("name")).isEqualTo("[erased]");
        assertThat(erased.get("age")).as("a number has no room for it").isNull();

        verdict = Verdict.REFUSED;
        Map<?, ?> refused = json(reveal(text, Keyrings.of(keys)));
        assertThat(refused.containsKey("name")).isTrue();
        assertThat(refused.get("name")).isNull();
        assertThat(refused.get("city")).isEqualTo("London");
        assertThat(((Struct) reveal(struct, Keyrings.of(keys)).value())
                        .getStruct("details")
                        .get("age"))
                .isNull();
    }

    @Test
    void nothingAndALargeValueThatDidNotChange_pass() {
        Schema text = Schema.OPTIONAL_STRING_SCHEMA;
        assertThat(((Struct) reveal(protect("details", text, null), Keyrings.of(keys))
                                .value())
                        .get("details"))
                .isNull();
        assertThat(((Struct) reveal(protect("details", text, placeholder.text()), Keyrings.of(keys))
                                .value())
                        .get("details"))
                .isEqualTo(placeholder.text());
    }

    @Test
    void whatWasOpenedUnderKeysThatWereTakenAwayMeanwhile_isOpenedAgain() throws Exception {
        SourceRecord text = protect("details", Schema.OPTIONAL_STRING_SCHEMA, JSON);

        assertThat(json(reveal(text, new Keyrings(asked -> asked == 0 ? keys : withoutAda)))
                        .get("name"))
                .isEqualTo("[erased]");
        assertThatThrownBy(() -> reveal(text, new Keyrings(asked -> {
                    if (asked > 0) {
                        throw new KeyStateUnavailable("the lease on the key state is lost");
                    }
                    return keys;
                })))
                .isInstanceOf(ProtectionStopped.class)
                .hasMessage("topic store.public.customer: the lease on the key state is lost");
    }

    /** Asked for the first, the second, the third time. */
    private static final class Keyrings implements Keys {

        private final IntFunction<Keyring> each;
        private int asked;

        Keyrings(IntFunction<Keyring> each) {
            this.each = each;
        }

        static Keyrings of(Keyring always) {
            return new Keyrings(asked -> always);
        }

        @Override
        public Keyring current() {
            return each.apply(asked++);
        }

        @Override
        public long leaseLeftMillis() {
            return 1_000;
        }

        @Override
        public void close() {}
    }

    private static Struct ada() {
        return new Struct(DETAILS)
                .put("name", "Ada")
                .put("age", 36)
                .put("phones", List.of("1", "2"))
                .put("note", "tall")
                .put("city", "London");
    }

    private static Map<?, ?> json(SourceRecord record) throws JsonText.Malformed {
        return (Map<?, ?>) requireNonNull(JsonText.read(((Struct) record.value()).getString("details")));
    }

    private static SourceRecord record(@Nullable Schema schema, Object row) {
        return Fixture.record(TOPIC, null, null, schema, row);
    }

    private SourceRecord protect(String column, Schema type, @Nullable Object value) {
        Schema row = SchemaBuilder.struct()
                .field("id", Schema.INT64_SCHEMA)
                .field(column, type)
                .build();
        return protect(record(row, new Struct(row).put("id", 42L).put(column, value)));
    }

    private SourceRecord protect(SourceRecord record) {
        Rules rules = new Rules(requireNonNull(policy), Rules.Before.FULL, placeholder);
        return requireNonNull(new Protector(rules, new Fixture.KeysOf(keys), counters).apply(record));
    }

    private SourceRecord reveal(SourceRecord record, Keys at) {
        Permission permission = new Permission() {
            @Override
            public Verdict of(KeyReference subject, Keyring any, @Nullable Instant written) {
                return verdict;
            }

            @Override
            public void close() {}
        };
        return new Revealer(
                        requireNonNull(policy),
                        "care",
                        at,
                        new Reader(permission, placeholder),
                        new AddedFields(AddedFields.PREFIX),
                        counters)
                .apply(record);
    }
}
