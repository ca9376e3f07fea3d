package io.storeveil.keys;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * A key that comes out differently makes everything written so far unreadable. If a test here fails, the code is wrong,
 * never the file: a new format is a new format byte beside the old one.
 */
class FrozenStateTest {

    private static final OwnerId ERASED = OwnerId.of("public.customer", List.of(42));
    private static final OwnerId CLOSING = OwnerId.of("public.customer", List.of(43));
    private static final OwnerId RETURNED = OwnerId.of("public.guest", List.of("5c0e", 7));

    private final KeyState first = KeyState.create(filled(1), Secrets.of(filled(2), filled(3), filled(4)));

    @Test
    void ownerKeysAndReferences_areTheSameForEver() throws Exception {
        List<String> lines = new ArrayList<>();
        owners().forEach((name, owner) -> {
            OwnerKey.Present present = (OwnerKey.Present) first.ownerKey(owner);
            lines.add(name + " " + present.reference() + " " + hex(present.key().getEncoded()));
        });
        OwnerKey.Present second = (OwnerKey.Present) changed().ownerKey(RETURNED);
        lines.add("returned " + second.reference() + " " + hex(second.key().getEncoded()));
        assertThat(lines).isEqualTo(golden("owner-keys-v1.txt"));
    }

    @Test
    void domainKeys_areTheSameForEver() throws Exception {
        List<String> lines = new ArrayList<>();
        for (String domain : List.of("public.customer.id", "storeveil/request", "")) {
            lines.add("'" + domain + "' " + hex(first.domainKey(domain).getEncoded()));
        }
        assertThat(lines).isEqualTo(golden("domain-keys-v1.txt"));
    }

    @Test
    void aStateOfFormat1_isWrittenTheSameAndStillOpens() throws Exception {
        List<String> lines = golden("key-state-v1.hex");
        assertThat(hex(first.encode())).isEqualTo(lines.get(0));
        assertThat(hex(changed().encode())).isEqualTo(lines.get(1));

        KeyState read = KeyState.decode(HexFormat.of().parseHex(lines.get(1)));
        assertThat(read.version()).isEqualTo(4);
        assertThat(read.ownerKey(ERASED)).isInstanceOf(OwnerKey.Erased.class);
        assertThat(read.closing()).containsExactly(first.reference(CLOSING));
        assertThat(read.ownerKey(RETURNED)).isEqualTo(changed().ownerKey(RETURNED));
    }

    private KeyState changed() {
        return first.closing(List.of(first.reference(CLOSING)))
                .puncture(List.of(first.reference(ERASED), first.reference(RETURNED)))
                .nextGeneration(RETURNED);
    }

    private static Map<String, OwnerId> owners() {
        Map<String, OwnerId> owners = new LinkedHashMap<>();
        owners.put("integer", ERASED);
        owners.put("negative", OwnerId.of("public.customer", List.of(-1)));
        owners.put("least", OwnerId.of("public.customer", List.of(Long.MIN_VALUE)));
        owners.put("greatest", OwnerId.of("public.customer", List.of(Long.MAX_VALUE)));
        owners.put("another-kind", OwnerId.of("public.orders", List.of(42)));
        owners.put("text", OwnerId.of("public.guest", List.of("gr\u00fc\u00dfe@example.com")));
        owners.put("uuid", OwnerId.of("public.guest", List.of("9b2e6d0c-5d3b-4e8f-9d46-0d3f1f6b7a10")));
        owners.put("composite", RETURNED);
        owners.put("decimal", OwnerId.of("public.guest", List.of("1.5")));
        owners.put("bytes", OwnerId.of("public.guest", List.of(new byte[] {0, 1, -1})));
        return owners;
    }

    private static byte[] filled(int value) {
        byte[] bytes = new byte[Primitives.SEED];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static List<String> golden(String name) throws Exception {
        try (InputStream file = requireNonNull(FrozenStateTest.class.getResourceAsStream("/golden/keys/" + name))) {
            return new String(file.readAllBytes(), UTF_8).lines().toList();
        }
    }
}
