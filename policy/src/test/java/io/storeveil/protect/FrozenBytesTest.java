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
