package io.storeveil.retention.shred;

import io.storeveil.keys.KeyState;
import io.storeveil.keys.OwnerId;
import io.storeveil.keys.OwnerKey;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Owners that nobody is, spread over a tree of their own: their keys must be the same before and after. */
final class Canaries {

    private static final String KIND = "storeveil/canary";

    private final Map<OwnerId, byte[]> keys;

    private Canaries(Map<OwnerId, byte[]> keys) {
        this.keys = keys;
    }

    static Canaries of(KeyState state) {
        Map<OwnerId, byte[]> keys = new LinkedHashMap<>();
        owners().forEach(owner -> keys.put(owner, key(state, owner)));
        return new Canaries(keys);
    }

    boolean deriveFrom(KeyState state) {
        return keys.entrySet().stream()
                .allMatch(canary -> MessageDigest.isEqual(canary.getValue(), key(state, canary.getKey())));
    }

    private static Stream<OwnerId> owners() {
        Stream<OwnerId> dense = IntStream.range(0, 62).mapToObj(bit -> new OwnerId(KIND, List.of(1L << bit)));
        Stream<OwnerId> hashed = IntStream.range(0, 8).mapToObj(n -> new OwnerId(KIND, List.of("canary-" + n)));
        return Stream.concat(dense, hashed);
    }

    private static byte[] key(KeyState state, OwnerId owner) {
        return state.ownerKey(owner) instanceof OwnerKey.Present present
                ? present.key().getEncoded()
                : new byte[0];
    }
}
