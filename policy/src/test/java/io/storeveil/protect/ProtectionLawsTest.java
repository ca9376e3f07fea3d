package io.storeveil.protect;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.storeveil.keys.OwnerId;
import io.storeveil.protect.FieldType.Kind;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.List;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class ProtectionLawsTest {

    private static final OwnerId OWNER = new OwnerId("public.customer", List.of(42L));
    private static final FieldContext CONTEXT = new FieldContext("shop", "public.orders", "note", "public.orders.note");

    private static final FieldContext ELSEWHERE =
            new FieldContext("shop", "public.returns", "text", "public.orders.note");

    private final FixedKeyring keys = new FixedKeyring();

    record Field(Kind kind, Object value) {}

    @Property(tries = 300)
    void encryptedThenOpened_isTheValue(@ForAll("fields") Field field) throws Exception {
        FieldProtection encrypt = Protections.of("encrypt", java.util.Map.of()).bind(FieldType.of(field.kind), CONTEXT);

        String text = (String) requireNonNull(encrypt.apply(field.value, keys, keys.ownerKey(OWNER)));

        Opened.Value opened = (Opened.Value) Ciphertext.open(keys, CONTEXT, text);
        assertThat(opened.kind()).isEqualTo(field.kind);
        assertThat(opened.value()).isEqualTo(widened(field.value));
        assertThat(Ciphertext.reference(text))
                .isEqualTo(((io.storeveil.keys.OwnerKey.Present) keys.ownerKey(OWNER)).reference());
    }

    @Property(tries = 300)
    void allButEncrypt_giveEqualResultsForEqualValues(@ForAll("fields") Field field) throws Exception {
        for (Protection protection : Protections.examples()) {
            if (!protection.guarantee().deterministic() || !protection.takes().contains(field.kind)) {
                continue;
            }
            FieldProtection bound = protection.bind(FieldType.of(field.kind), CONTEXT);
            assertThat(bound.apply(field.value, keys, null)).isEqualTo(bound.apply(field.value, keys, null));
        }
    }

    @Property(tries = 300)
    void whatIsReversible_opensToTheValue(@ForAll("fields") Field field) throws Exception {
        for (Protection protection : Protections.examples()) {
            assertThat(protection.opening(CONTEXT).isPresent())
                    .as(protection.toString())
                    .isEqualTo(protection.guarantee().reversible());
            if (!protection.guarantee().reversible() || !protection.takes().contains(field.kind)) {
                continue;
            }
            FieldProtection bound = protection.bind(FieldType.of(field.kind), CONTEXT);
            String text = (String) requireNonNull(bound.apply(field.value, keys, keys.ownerKey(OWNER)));

            Opened.Value opened =
                    (Opened.Value) protection.opening(CONTEXT).orElseThrow().open(keys, text);

            assertThat(opened.kind()).isEqualTo(field.kind);
            if (opened.value() instanceof BigDecimal decimal) {
                assertThat(decimal).isEqualByComparingTo((BigDecimal) field.value);
            } else {
                assertThat(opened.value()).isEqualTo(widened(field.value));
            }
        }
    }

    @Property(tries = 300)
    void underADomainsKey_onlyEqualValuesMeet(@ForAll("fields") Field one, @ForAll("fields") Field other)
            throws Exception {
        for (Protection protection : Protections.examples()) {
            if (protection.guarantee().domainKeyed()
                    && one.kind == other.kind
                    && protection.takes().contains(one.kind)) {
                FieldProtection here = protection.bind(FieldType.of(one.kind), CONTEXT);
                FieldProtection there = protection.bind(FieldType.of(one.kind), ELSEWHERE);
                assertThat(requireNonNull(here.apply(one.value, keys, null))
                                .equals(there.apply(other.value, keys, null)))
                        .as(protection.toString())
                        .isEqualTo(equal(one.value, other.value));
            }
        }
    }

    private static boolean equal(Object one, Object other) {
        if (one instanceof BigDecimal decimal) {
            return decimal.compareTo((BigDecimal) other) == 0;
        }
        return one instanceof byte[] bytes
                ? java.util.Arrays.equals(bytes, (byte[]) other)
                : widened(one).equals(widened(other));
    }

    @Property(tries = 100)
    void resultsOfTexts_areNeverLongerThanTheirTypeSays(@ForAll String value) throws Exception {
        FieldType in = FieldType.text(Math.max(20, value.codePointCount(0, value.length())));
        for (Protection protection : Protections.examples()) {
            if (protection.takes().contains(Kind.TEXT)) {
                FieldProtection bound = protection.bind(in, CONTEXT);
                Object result = bound.apply(value, keys, keys.ownerKey(OWNER));
                if (result instanceof String text) {
                    assertThat(text.codePointCount(0, text.length()))
                            .as(protection.toString())
                            .isLessThanOrEqualTo(requireNonNull(bound.out().length()));
                }
            }
        }
    }

    @Property(tries = 200)
    void noProtection_changesItsInput(@ForAll byte[] value) throws Exception {
        byte[] before = value.clone();
        for (Protection protection : Protections.examples()) {
            if (protection.takes().contains(Kind.BYTES)) {
                protection.bind(FieldType.of(Kind.BYTES), CONTEXT).apply(value, keys, keys.ownerKey(OWNER));
            }
        }
        assertThat(value).isEqualTo(before);
    }

    @Property(tries = 300)
    void whatIsInABucketOrASpan_isNotAboveTheValueAndStaysThere(@ForAll("fields") Field field) throws Exception {
        for (Protection protection : Protections.examples()) {
            if (!protection.name().equals("generalise")
                    || field.kind == Kind.TEXT
                    || !protection.takes().contains(field.kind)) {
                continue;
            }
            FieldProtection bound = protection.bind(FieldType.of(field.kind), CONTEXT);
            Object coarse = requireNonNull(bound.apply(field.value, keys, null));
            assertThat(coarse).as(protection.toString()).hasSameClassAs(field.value);
            assertThat(notAbove(coarse, field.value))
                    .as(protection + " of " + field.value + " is " + coarse)
                    .isTrue();
            if (!atItsEnd(coarse) && hasDigitsToSpare(coarse)) {
                assertThat(bound.apply(coarse, keys, null))
                        .as(protection.toString())
                        .isEqualTo(coarse);
            }
        }
    }

    /** A bucket that would begin below the type's range begins at its end, and is no longer a whole one. */
    private static boolean atItsEnd(Object coarse) {
        return coarse.equals(Integer.MIN_VALUE) || coarse.equals(Long.MIN_VALUE) || coarse.equals(Short.MIN_VALUE);
    }

    /** Of large floating-point numbers not every bucket's beginning is one. */
    private static boolean hasDigitsToSpare(Object coarse) {
        return !(coarse instanceof Double wide && Math.abs(wide) > 1e12)
                && !(coarse instanceof Float narrow && Math.abs(narrow) > 1e4);
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static boolean notAbove(Object coarse, Object value) {
        return ((Comparable) coarse).compareTo(value) <= 0;
    }

    @Property(tries = 300)
    void whateverIsNoAddress_becomesTheNetworkOfAll(@ForAll String value) throws Exception {
        FieldProtection network = Protections.of("generalise", java.util.Map.of("ip-prefix", "24"))
                .bind(FieldType.text(null), CONTEXT);
        assertThat((String) network.apply(value, keys, null)).matches("[0-9a-f.:]+/[0-9]{1,2}");
    }

    @Property(tries = 100)
    void pseudonym_hasOneLengthAndAlphabet(@ForAll String value) {
        assertThat(Pseudonym.of(keys, "public.customer.id", value)).matches("[a-z2-7]{26}");
    }

    private static Object widened(Object value) {
        if (value instanceof Short || value instanceof Integer || value instanceof Byte) {
            return ((Number) value).longValue();
        }
        return value instanceof Float number ? (Object) number.doubleValue() : value;
    }

    @Provide
    Arbitrary<Field> fields() {
        return Arbitraries.oneOf(
                Arbitraries.of(true, false).map(v -> new Field(Kind.BOOLEAN, v)),
                Arbitraries.longs().map(v -> new Field(Kind.INTEGER, v)),
                Arbitraries.integers().map(v -> new Field(Kind.INTEGER, v)),
                Arbitraries.shorts().map(v -> new Field(Kind.INTEGER, v)),
                Arbitraries.doubles().map(v -> new Field(Kind.FLOAT, v)),
                Arbitraries.floats().map(v -> new Field(Kind.FLOAT, v)),
                Combinators.combine(
                                Arbitraries.bigIntegers(),
                                Arbitraries.integers().between(-5, 20))
                        .as((BigInteger unscaled, Integer scale) ->
                                new Field(Kind.DECIMAL, new BigDecimal(unscaled, scale))),
                Arbitraries.strings().map(v -> new Field(Kind.TEXT, v.replaceAll("\\p{Cs}", "?"))),
                Arbitraries.bytes().array(byte[].class).map(v -> new Field(Kind.BYTES, v)),
                Arbitraries.longs()
                        .between(-800_000, 3_000_000)
                        .map(v -> new Field(Kind.DATE, LocalDate.ofEpochDay(v))),
                Arbitraries.longs()
                        .between(0, LocalTime.MAX.toNanoOfDay())
                        .map(v -> new Field(Kind.TIME, LocalTime.ofNanoOfDay(v))),
                moments().map(v -> new Field(Kind.INSTANT, v)),
                moments().map(v -> new Field(Kind.TIMESTAMP, LocalDateTime.ofInstant(v, java.time.ZoneOffset.UTC))),
                Arbitraries.strings().alpha().map(v -> new Field(Kind.JSON, "{\"a\":\"" + v + "\"}")),
                Arbitraries.create(UUID::randomUUID).map(v -> new Field(Kind.UUID, v.toString())),
                Arbitraries.strings().alpha().map(v -> new Field(Kind.OTHER, "[\"" + v + "\"]")));
    }

    private static Arbitrary<Instant> moments() {
        return Combinators.combine(
                        Arbitraries.longs().between(-60_000_000_000L, 60_000_000_000L),
                        Arbitraries.integers().between(0, 999_999_999))
                .as((Long second, Integer nano) -> Instant.ofEpochSecond(second, nano));
    }
}
