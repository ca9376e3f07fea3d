package io.storeveil.protect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeveil.keys.OwnerId;
import io.storeveil.protect.FieldType.Kind;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ProtectionsTest {

    private static final FieldContext CONTEXT =
            new FieldContext("shop", "public.customer", "email", "public.customer.email");
    private static final OwnerId OWNER = new OwnerId("public.customer", List.of(42L));

    private final FixedKeyring keys = new FixedKeyring();

    @Test
    void names_areTheWordsOfThePolicy() {
        assertThat(Protections.names())
                .containsExactly(
                        "none",
                        "drop",
                        "redact",
                        "null",
                        "partial",
                        "truncate",
                        "generalise",
                        "pseudonymise",
                        "tokenise",
                        "encrypt-deterministic",
                        "encrypt");
    }

    @Test
    void anExample_saysWhatThePolicyWouldSay() {
        assertThat(Protections.examples())
                .extracting(Protection::toString)
                .contains("none", "partial: {keep-last: 4}", "partial: email-domain", "generalise: year")
                .contains("generalise: {bucket: 10}", "generalise: {ip-prefix: 24}", "encrypt");
    }

    @Test
    void aMisspeltName_isGuessed() {
        assertThatThrownBy(() -> Protections.of("encypt", Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("unknown protection 'encypt'; did you mean 'encrypt'?; allowed: none, drop, redact, null,"
                        + " partial, truncate, generalise, pseudonymise, tokenise, encrypt-deterministic, encrypt");
    }

    @Test
    void aMisspeltOption_isGuessed() {
        assertThatThrownBy(() -> Protections.of("generalise", Map.of("", "yaer")))
                .hasMessageStartingWith("generalise: unknown option 'yaer'; did you mean 'year'?; allowed: ");
        assertThatThrownBy(() -> Protections.of("partial", Map.of("keep-lst", "4")))
                .hasMessage("partial: unknown option 'keep-lst'; did you mean 'keep-last'?; allowed:"
                        + " {keep-last: 4}, email-domain");
    }

    @Test
    void anOptionThatIsMissingOrTooMany_isAnError() {
        assertThatThrownBy(() -> Protections.of("partial", Map.of()))
                .hasMessage("'partial' needs an option: {keep-last: 4}, email-domain");
        assertThatThrownBy(() -> Protections.of("encrypt", Map.of("", "year")))
                .hasMessage("'encrypt' takes no options, found 'year'; write just 'encrypt'");
    }

    @Test
    void aNumberOutOfRange_isAnErrorThatSaysTheRange() {
        assertThatThrownBy(() -> Protections.of("generalise", Map.of("ip-prefix", "32")))
                .hasMessage("generalise: ip-prefix is '32'; a whole number from 1 to 31 is allowed");
        assertThatThrownBy(() -> Protections.of("partial", Map.of("keep-last", "four")))
                .hasMessage("partial: keep-last is 'four'; a whole number from 1 to 1000 is allowed");
    }

    @Test
    void aTypeItCannotTake_isRefusedWithTheTypesItTakes() {
        assertThatThrownBy(() ->
                        Protections.of("generalise", Map.of("", "year")).bind(FieldType.of(Kind.BOOLEAN), CONTEXT))
                .isInstanceOf(CannotProtect.class)
                .hasMessage("'generalise: year' cannot take boolean; it takes date, timestamp, instant");
    }

    @Test
    void generalise_makesCoarser() throws Exception {
        assertThat(time("month", LocalDate.of(1987, 6, 5))).isEqualTo(LocalDate.of(1987, 6, 1));
        assertThat(time("quarter", LocalDate.of(1987, 6, 5))).isEqualTo(LocalDate.of(1987, 4, 1));
        assertThat(time("decade", LocalDate.of(1987, 6, 5))).isEqualTo(LocalDate.of(1980, 1, 1));
        assertThat(time("decade", LocalDate.MIN)).isEqualTo(LocalDate.MIN);
        assertThat(time("hour", LocalTime.of(17, 46, 9))).isEqualTo(LocalTime.of(17, 0));
        assertThat(time("part-of-day", LocalTime.of(17, 46, 9))).isEqualTo(LocalTime.of(12, 0));
        assertThat(time("part-of-day", LocalTime.of(5, 59))).isEqualTo(LocalTime.MIDNIGHT);
        assertThat(time("hour", LocalDateTime.of(1987, 6, 5, 4, 3))).isEqualTo(LocalDateTime.of(1987, 6, 5, 4, 0));
        assertThat(time("day", LocalDateTime.of(1987, 6, 5, 4, 3))).isEqualTo(LocalDateTime.of(1987, 6, 5, 0, 0));
        assertThat(time("hour", Instant.parse("1969-07-20T20:17:40Z")))
                .isEqualTo(Instant.parse("1969-07-20T20:00:00Z"));
        assertThat(time("quarter", Instant.parse("1969-07-20T20:17:40Z")))
                .isEqualTo(Instant.parse("1969-07-01T00:00:00Z"));
        assertThat(time("year", Instant.parse("1987-06-05T04:03:02Z")))
                .isEqualTo(Instant.parse("1987-01-01T00:00:00Z"));
    }

    @Test
    void generalise_putsNumbersIntoBucketsOfTheirOwnType() throws Exception {
        assertThat(bucket("10", new BigDecimal("-1.50"))).isEqualTo(new BigDecimal("-10.00"));
        assertThat(bucket("0.5", new BigDecimal("1.74"))).isEqualTo(new BigDecimal("1.50"));
        assertThat(bucket("2.5", new BigDecimal("-3"))).isEqualTo(new BigDecimal("-5"));
        assertThat(bucket("2.5", new BigDecimal("4"))).isEqualTo(new BigDecimal("3"));
        assertThat(bucket("10", (short) 47)).isEqualTo((short) 40);
        assertThat(bucket("10", -1L)).isEqualTo(-10L);
        assertThat(bucket("0.1", 0.3)).isEqualTo(0.3);
        assertThat(bucket("0.1", 47.38f)).isEqualTo(47.3f);
        assertThat(bucket("0.1", Double.NaN)).isEqualTo(Double.NaN);
        assertThat(bucket("10", Double.NEGATIVE_INFINITY)).isEqualTo(Double.NEGATIVE_INFINITY);
        assertThat(apply("generalise", Map.of("grid", "0.1"), Kind.FLOAT, -13.3777))
                .isEqualTo(-13.4);
        assertThatThrownBy(() -> bucket("0.5", 47))
                .hasMessage("'generalise: {bucket: 0.5}' cannot take integer; it takes float, decimal");
        assertThatThrownBy(() -> bucket("0", 47))
                .hasMessage("generalise: bucket is '0'; a number above 0 such as 10 or" + " 0.5 is allowed");
    }

    @Test
    void generalise_keepsThePrefixOfATextThatIsLonger() throws Exception {
        assertThat(apply("generalise", Map.of("prefix", "3"), Kind.TEXT, "10115"))
                .isEqualTo("101");
        assertThat(apply("generalise", Map.of("prefix", "3"), Kind.TEXT, "101")).isEqualTo("");
        assertThat(apply("generalise", Map.of("postcode", "2"), Kind.TEXT, "sw1a 1aa"))
                .isEqualTo("SW");
        assertThat(apply("generalise", Map.of("postcode", "3"), Kind.TEXT, " 10-115 "))
                .isEqualTo("101");
        assertThat(apply("generalise", Map.of("postcode", "3"), Kind.TEXT, "1 0 1"))
                .isEqualTo("");
    }

    @Test
    void generalise_makesANetworkOfAnAddress() throws Exception {
        assertThat(network("192.0.2.77")).isEqualTo("192.0.2.0/24");
        assertThat(network("192.0.2.77/25")).isEqualTo("192.0.2.0/24");
        assertThat(network("10.0.0.0/8")).isEqualTo("10.0.0.0/8");
        assertThat(network("2001:db8:1234:5678::1")).isEqualTo("2001:db8:1234:0:0:0:0:0/48");
        assertThat(network("2001:db8::/32")).isEqualTo("2001:db8:0:0:0:0:0:0/32");
        assertThat(network("::ffff:192.0.2.77")).isEqualTo("192.0.2.0/24");
        assertThat(network("::ffff:192.0.2.77/104")).isEqualTo("192.0.0.0/8");
        assertThat(apply(
                        "generalise",
                        Map.of("ip-prefix", "16", "ipv6-prefix", "40"),
                        Kind.TEXT,
                        "2001:db8:1234:5678::1"))
                .isEqualTo("2001:db8:1200:0:0:0:0:0/40");
        for (String none : List.of("customer.example.org", "999.0.2.77", "1.2.3", "fe80::1%eth0", ":::", "", "1:2/x")) {
            assertThat(network(none)).as(none).isEqualTo("0.0.0.0/0");
        }
    }

    @Test
    void partial_keepsAPart() throws Exception {
        assertThat(apply("partial", Map.of("keep-last", "4"), Kind.TEXT, "DE89370400440532013000"))
                .isEqualTo("******************3000");
        assertThat(apply("partial", Map.of("keep-last", "4"), Kind.TEXT, "3000"))
                .isEqualTo("****");
        assertThat(apply("partial", Map.of("", "email-domain"), Kind.TEXT, "ada@example.org"))
                .isEqualTo("***@example.org");
        assertThat(apply("partial", Map.of("", "email-domain"), Kind.TEXT, "no address"))
                .isEqualTo("***");
    }

    @Test
    void truncate_keepsTheBeginning() throws Exception {
        Map<String, String> four = Map.of("length", "4");
        assertThat(apply("truncate", four, Kind.TEXT, "Lovelace")).isEqualTo("Love");
        assertThat(apply("truncate", four, Kind.TEXT, "Ada")).isEqualTo("Ada");
        assertThat(apply("truncate", four, Kind.TEXT, "a😀b😀c")).isEqualTo("a😀b😀");
        assertThat(apply("truncate", four, Kind.BYTES, new byte[] {1, 2, 3, 4, 5}))
                .isEqualTo(new byte[] {1, 2, 3, 4});
        assertThat(Protections.of("truncate", four)
                        .bind(FieldType.text(40), CONTEXT)
                        .out())
                .isEqualTo(FieldType.text(4));
        assertThat(Protections.of("truncate", four)
                        .bind(FieldType.text(3), CONTEXT)
                        .out())
                .isEqualTo(FieldType.text(3));
    }

    @Test
    void redact_isAConstantOfTheType() throws Exception {
        assertThat(apply("redact", Map.of(), Kind.TEXT, "Ada")).isEqualTo("redacted");
        assertThat(Protections.of("redact", Map.of())
                        .bind(FieldType.text(3), CONTEXT)
                        .apply("Ada", keys, null))
                .isEqualTo("red");
        assertThat(apply("redact", Map.of(), Kind.INTEGER, 5)).isEqualTo(0);
        assertThat(apply("redact", Map.of(), Kind.DECIMAL, new BigDecimal("9.99")))
                .isEqualTo(new BigDecimal("0.00"));
        assertThat(apply("redact", Map.of(), Kind.JSON, "[1]")).isEqualTo("{}");
        assertThat(apply("redact", Map.of(), Kind.OTHER, "[1]")).isNull();
    }

    @Test
    void null_staysNullUnderEveryProtection() throws Exception {
        for (Protection protection : Protections.examples()) {
            Kind kind = protection.takes().iterator().next();
            assertThat(protection.bind(FieldType.of(kind), CONTEXT).apply(null, keys, keys.ownerKey(OWNER)))
                    .as(protection.toString())
                    .isNull();
        }
    }

    @Test
    void oneNumber_hasOnePseudonymInEveryType() {
        String pseudonym = Pseudonym.of(keys, "public.customer.id", 42);

        assertThat(Pseudonym.of(keys, "public.customer.id", 42L)).isEqualTo(pseudonym);
        assertThat(Pseudonym.of(keys, "public.customer.id", "42")).isEqualTo(pseudonym);
        assertThat(Pseudonym.of(keys, "public.customer.id", new BigDecimal("42.00")))
                .isEqualTo(pseudonym);
        assertThat(Pseudonym.of(keys, "public.orders.id", 42)).isNotEqualTo(pseudonym);
    }

    @Test
    void anErasedOwner_leavesAMarkerAndNothingOpens() throws Exception {
        FieldProtection encrypt = Protections.of("encrypt", Map.of()).bind(FieldType.of(Kind.TEXT), CONTEXT);
        String before = String.valueOf(encrypt.apply("ada@example.org", keys, keys.ownerKey(OWNER)));

        keys.erase(OWNER);

        assertThat(encrypt.apply("ada@example.org", keys, keys.ownerKey(OWNER))).isEqualTo("[erased]");
        assertThat(Ciphertext.open(keys, CONTEXT, before)).isInstanceOf(Opened.Erased.class);
        assertThat(Ciphertext.open(keys, CONTEXT, "[erased]")).isInstanceOf(Opened.Erased.class);
    }

    @Test
    void aCiphertextInAnotherColumnOrStore_doesNotOpen() throws Exception {
        FieldProtection encrypt = Protections.of("encrypt", Map.of()).bind(FieldType.of(Kind.TEXT), CONTEXT);
        String text = String.valueOf(encrypt.apply("ada@example.org", keys, keys.ownerKey(OWNER)));

        assertThatThrownBy(() -> Ciphertext.open(keys, new FieldContext("shop", "public.customer", "name", ""), text))
                .isInstanceOf(CannotOpen.class)
                .hasMessage("it belongs to another column than public.customer.name");
        assertThatThrownBy(() -> Ciphertext.open(keys, new FieldContext("other", "public.customer", "email", ""), text))
                .hasMessage("it was altered, or belongs to another store or column than public.customer.email");
    }

    @Test
    void aTextThatIsNoCiphertext_isRefusedWithoutQuotingIt() {
        assertThatThrownBy(() -> Ciphertext.open(keys, CONTEXT, "ada@example.org"))
                .isInstanceOf(CannotOpen.class)
                .hasMessage("it is not Base64")
                .hasNoCause();
        assertThatThrownBy(() -> Ciphertext.open(keys, CONTEXT, "QWRh"))
                .hasMessage("it is not a ciphertext of version 1");
    }

    @Test
    void encryptWithoutAnOwner_isAnError() throws Exception {
        FieldProtection encrypt = Protections.of("encrypt", Map.of()).bind(FieldType.of(Kind.TEXT), CONTEXT);

        assertThatThrownBy(() -> encrypt.apply("ada@example.org", keys, null)).hasMessage("encrypt needs an owner");
    }

    private @Nullable Object time(String unit, Object value) throws CannotProtect {
        Kind kind = value instanceof LocalDate
                ? Kind.DATE
                : value instanceof LocalTime
                        ? Kind.TIME
                        : value instanceof LocalDateTime ? Kind.TIMESTAMP : Kind.INSTANT;
        return apply("generalise", Map.of("", unit), kind, value);
    }

    private @Nullable Object bucket(String size, Number value) throws CannotProtect {
        Kind kind = value instanceof BigDecimal
                ? Kind.DECIMAL
                : value instanceof Double || value instanceof Float ? Kind.FLOAT : Kind.INTEGER;
        return apply("generalise", Map.of("bucket", size), kind, value);
    }

    private @Nullable Object network(String address) throws CannotProtect {
        return apply("generalise", Map.of("ip-prefix", "24"), Kind.TEXT, address);
    }

    private @Nullable Object apply(String name, Map<String, String> options, Kind kind, Object value)
            throws CannotProtect {
        return Protections.of(name, options).bind(FieldType.of(kind), CONTEXT).apply(value, keys, null);
    }
}
