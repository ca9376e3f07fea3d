package io.storeveil.keys;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * What stays the same in every version of a state.
 *
 * @param domains    HMAC-SHA256 key that the keys of pseudonym domains come from
 * @param indexes    HMAC-SHA256 key that gives owners without a single integer key their place in the tree
 * @param references AES-256 key that seals the names of leaves
 */
record Secrets(SecretKey domains, SecretKey indexes, SecretKey references) {

    private static final byte[] KIND = ascii("storeveil/kind");
    private static final byte[] DOMAIN = ascii("storeveil/v1/domain");
    private static final byte[] OWNER = ascii("storeveil/v1/owner");
    private static final byte INTEGER = 1;
    private static final byte TEXT = 2;

    static Secrets of(byte[] domains, byte[] indexes, byte[] references) {
        return new Secrets(hmacKey(domains), hmacKey(indexes), new SecretKeySpec(references, "AES"));
    }

    /** The first 32 bits of SHA-256 over "storeveil/kind" and the kind. */
    static int kindTag(String kind) {
        byte[] name = utf8(kind);
        ByteBuffer text =
                ByteBuffer.allocate(KIND.length + name.length).put(KIND).put(name);
        return ByteBuffer.wrap(Primitives.ofThread().sha256(text.array())).getInt();
    }

    /** HMAC-SHA256(domain secret, "storeveil/v1/domain" and the domain). */
    SecretKey domainKey(String domain) {
        return hmacKey(Primitives.ofThread().hmac(domains, DOMAIN, utf8(domain)));
    }

    /** HMAC-SHA256(the leaf's seed, "storeveil/v1/owner" and the leaf's sixteen bytes). */
    static SecretKey ownerKey(byte[] seed, Leaf leaf) {
        return new SecretKeySpec(Primitives.ofThread().hmac(hmacKey(seed), OWNER, leaf.toBytes()), "AES");
    }

    /** The owner's leaf of generation 0. */
    Leaf leaf(int kindTag, OwnerId owner) {
        if (owner.key().size() == 1 && owner.key().get(0) instanceof Long key) {
            return new Leaf(kindTag, 0, key ^ Long.MIN_VALUE, 0);
        }
        ByteBuffer hash = ByteBuffer.wrap(Primitives.ofThread().hmac(indexes, canonical(owner)));
        return new Leaf(kindTag, 0, hash.getLong(), Leaf.tag(hash));
    }

    KeyReference seal(Leaf leaf) {
        return KeyReference.of(Primitives.ofThread().encryptBlock(references, leaf.toBytes()));
    }

    Leaf open(KeyReference reference) {
        return Leaf.of(Primitives.ofThread().decryptBlock(references, reference.toBytes()));
    }

    /** Frozen: the kind, the number of values, each value; texts by their length in UTF-8 bytes, so that no two agree. */
    private static byte[] canonical(OwnerId owner) {
        byte[] kind = utf8(owner.kind());
        List<Object> key = owner.key();
        byte[][] values = new byte[key.size()][];
        int length = 2 * Integer.BYTES + kind.length;
        for (int i = 0; i < values.length; i++) {
            values[i] = canonical(key.get(i));
            length += values[i].length;
        }
        ByteBuffer bytes = ByteBuffer.allocate(length);
        bytes.putInt(kind.length).put(kind).putInt(values.length);
        for (byte[] value : values) {
            bytes.put(value);
        }
        return bytes.array();
    }

    private static byte[] canonical(Object value) {
        if (value instanceof Long integer) {
            return ByteBuffer.allocate(1 + Long.BYTES)
                    .put(INTEGER)
                    .putLong(integer)
                    .array();
        }
        byte[] text = utf8((String) value);
        return ByteBuffer.allocate(1 + Integer.BYTES + text.length)
                .put(TEXT)
                .putInt(text.length)
                .put(text)
                .array();
    }

    private static SecretKey hmacKey(byte[] bytes) {
        return new SecretKeySpec(bytes, "HmacSHA256");
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Strict: a lone surrogate would become a question mark, and two owners one. */
    private static byte[] utf8(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                return strictly(text);
            }
        }
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] strictly(String text) {
        try {
            ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            byte[] exact = new byte[bytes.remaining()];
            bytes.get(exact);
            return exact;
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("a name or key is not Unicode text: it has half a surrogate pair", e);
        }
    }

    /** Without the secrets. */
    @Override
    public String toString() {
        return "Secrets";
    }
}
