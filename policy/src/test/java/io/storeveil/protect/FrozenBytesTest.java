package io.storeveil.protect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.storeveil.keys.OwnerId;
import io.storeveil.protect.FieldType.Kind;
import java.io.InputStream;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * What was written years ago must still open and still join. If a test here fails, the code is wrong, never the file:
 * a new format is a new version byte beside the old one.
 */
class FrozenBytesTest {

    private static final OwnerId OWNER = new OwnerId("public.customer", List.of(42L));
    private static final FieldContext CONTEXT =
            new FieldContext("shop", "public.customer", "any", "public.customer.any");

    private final FixedKeyring keys = new FixedKeyring();

    @Test
    void ciphertextsOfVersion1_stillOpen() throws Exception {
        keys.ownerKey(OWNER);
        Map<Kind, Object> opened = new EnumMap<>(Kind.class);
        for (String line : golden("ciphertext-v1.txt")) {
            String[] parts = line.split(" ");
            Opened.Value value = (Opened.Value) Ciphertext.open(keys, CONTEXT, parts[1]);
            assertThat(value.kind()).isEqualTo(Kind.valueOf(parts[0]));
            opened.put(value.kind(), value.value());
        }
        assertThat(opened.keySet()).containsExactly(Kind.values());
        values().forEach((kind, value) ->
                assertThat(opened.get(kind)).as(kind.word()).isEqualTo(value));
    }

    @Test
    void pseudonyms_areTheSameForEver() throws Exception {
        List<String> pseudonyms = new ArrayList<>();
        values().forEach((kind, value) -> {
            if (new Pseudonymise().takes().contains(kind)) {
                pseudonyms.add(kind + " " + Pseudonym.of(keys, "public.customer.id", value));
            }
        });
        assertThat(pseudonyms).isEqualTo(golden("pseudonym.txt"));
    }

    @Test
    void deterministicCiphertexts_areTheSameForEver() throws Exception {
        FieldContext context = new FieldContext("shop", "public.customer", "id", "public.customer.id");
        FieldOpening opening = new EncryptDeterministic().opening(context).orElseThrow();
        List<String> texts = new ArrayList<>();
        for (Map.Entry<Kind, Object> field : values().entrySet()) {
            Kind kind = field.getKey();
            if (new EncryptDeterministic().takes().contains(kind)) {
                FieldProtection bound = new EncryptDeterministic().bind(FieldType.of(kind), context);
                String text = (String) requireNonNull(bound.apply(field.getValue(), keys, null));
                texts.add(kind + " " + text);
                Object value = ((Opened.Value) opening.open(keys, text)).value();
                assertThat(EncryptDeterministic.canonical(value, kind))
                        .isEqualTo(EncryptDeterministic.canonical(field.getValue(), kind));
            }
        }
        assertThat(texts).isEqualTo(golden("encrypt-deterministic-v1.txt"));
    }

    @Test
    void tokens_areTheSameForEver() throws Exception {
        FieldContext context = new FieldContext("shop", "public.customer", "phone", "public.customer.phone");
        for (String line : golden("tokenise-v1.txt")) {
            String[] parts = line.split("\t", -1);
            Protection tokenise = Protections.of("tokenise", options(parts[0], parts[1]));
            FieldProtection bound = tokenise.bind(FieldType.text(null), context);
            assertThat(bound.apply(parts[2], keys, null)).as(line).isEqualTo(parts[3]);
            assertThat(tokenise.opening(context).orElseThrow().open(keys, parts[3]))
                    .as(line)
                    .isEqualTo(new Opened.Value(Kind.TEXT, parts[2]));
        }
    }

    @Test
    void ff1_givesWhatNistPublished() throws Exception {
        String numerals = "0123456789abcdefghijklmnopqrstuvwxyz";
        for (String line : golden("ff1-nist-samples.txt")) {
            String[] parts = line.split(" ");
            byte[] tweak = parts[2].equals("-") ? new byte[0] : HexFormat.of().parseHex(parts[2]);
            Ff1 ff1 = new Ff1(HexFormat.of().parseHex(parts[0]), Integer.parseInt(parts[1]), tweak);
            byte[] plain = places(parts[3], numerals);
            byte[] encrypted = places(parts[4], numerals);
            assertThat(ff1.encrypt(plain)).as(line).isEqualTo(encrypted);
            assertThat(ff1.decrypt(encrypted)).as(line).isEqualTo(plain);
        }
    }

    private static Map<String, String> options(String alphabet, String keep) {
        return keep.isEmpty() ? Map.of("alphabet", alphabet) : Map.of("alphabet", alphabet, "keep", keep);
    }

    private static byte[] places(String text, String numerals) {
        byte[] places = new byte[text.length()];
        for (int i = 0; i < places.length; i++) {
            places[i] = (byte) numerals.indexOf(text.charAt(i));
        }
        return places;
    }

    private static Map<Kind, Object> values() {
        Map<Kind, Object> values = new EnumMap<>(Kind.class);
        values.put(Kind.BOOLEAN, true);
        values.put(Kind.INTEGER, -42L);
        values.put(Kind.FLOAT, 3.25);
        values.put(Kind.DECIMAL, new BigDecimal("-1234.50"));
        values.put(Kind.TEXT, "Zoë Łukasz 😀");
        values.put(Kind.BYTES, new byte[] {0, 1, -1});
        values.put(Kind.DATE, LocalDate.of(1969, 7, 20));
        values.put(Kind.TIME, LocalTime.of(23, 59, 59, 123_456_000));
        values.put(Kind.TIMESTAMP, LocalDateTime.of(1969, 7, 20, 20, 17, 40, 5_000));
        values.put(Kind.INSTANT, Instant.parse("1969-07-20T20:17:40.000005Z"));
        values.put(Kind.JSON, "{\"a\": 1}");
        values.put(Kind.UUID, "0b6f3e5c-8d0a-4f6e-9a52-5a1c6d7e8f90");
        values.put(Kind.OTHER, "[\"a\",null]");
        return values;
    }

    private static List<String> golden(String name) throws Exception {
        try (InputStream in = FrozenBytesTest.class.getResourceAsStream("/golden/protect/" + name)) {
            return new String(requireNonNull(in, name).readAllBytes(), UTF_8)
                    .lines()
                    .toList();
        }
    }
}
