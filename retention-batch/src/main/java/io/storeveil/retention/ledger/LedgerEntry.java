package io.storeveil.retention.ledger;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;

/**
 * One link of the chain. Its hash covers everything it says and the hash before it: SHA-256 over the text
 * {@code storeveil/v1/ledger}, then sequence number and seconds since the epoch in 8 bytes each and nanoseconds in 4
 * (big-endian), then run, kind, body and previous hash, each as UTF-8 behind its length in 4 bytes.
 *
 * @param seq  from 1, without gaps
 * @param run  the run it belongs to; empty for what people do
 * @param body JSON; references and counts, never a name or a value
 * @param prev lower-case hex; of the first entry: 64 zeros
 * @param hash lower-case hex
 */
public record LedgerEntry(long seq, Instant at, String run, String kind, String body, String prev, String hash) {

    static final String BEFORE_THE_FIRST = "0".repeat(64);

    static LedgerEntry after(String prev, long seq, Instant at, String run, String kind, String body) {
        LedgerEntry unsealed = new LedgerEntry(seq, at.truncatedTo(ChronoUnit.MICROS), run, kind, body, prev, "");
        return unsealed.withHash(unsealed.computedHash());
    }

    boolean unaltered() {
        return hash.equals(computedHash());
    }

    LedgerEntry withHash(String newHash) {
        return new LedgerEntry(seq, at, run, kind, body, prev, newHash);
    }

    String computedHash() {
        MessageDigest digest = sha256();
        digest.update("storeveil/v1/ledger".getBytes(StandardCharsets.UTF_8));
        digest.update(ByteBuffer.allocate(20)
                .putLong(seq)
                .putLong(at.getEpochSecond())
                .putInt(at.getNano())
                .array());
        for (String part : new String[] {run, kind, body, prev}) {
            byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
            digest.update(ByteBuffer.allocate(4).putInt(bytes.length).array());
            digest.update(bytes);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }
}
