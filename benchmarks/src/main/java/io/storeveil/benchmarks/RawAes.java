package io.storeveil.benchmarks;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Set;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * What encrypting a row's columns costs with the JDK alone: AES-256-GCM under one key, a fresh nonce for each value, no
 * additional data, Base64 text, a copy of the row. One cipher for each thread, initialised again for each value.
 */
final class RawAes {

    private static final int NONCE = 12;
    private static final int TAG_BITS = 128;

    private final SecureRandom random = new SecureRandom();
    private final Set<String> columns = Set.copyOf(CustomerRow.PERSONAL);
    private final Cipher cipher;
    private final SecretKey secret;

    RawAes() {
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        secret = new SecretKeySpec(bytes, "AES");
        try {
            cipher = Cipher.getInstance("AES/GCM/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    SourceRecord apply(SourceRecord record) throws GeneralSecurityException {
        Struct row = (Struct) record.value();
        Struct copy = new Struct(row.schema());
        for (Field field : row.schema().fields()) {
            Object value = row.get(field);
            copy.put(field, columns.contains(field.name()) ? encrypted((String) value) : value);
        }
        return record.newRecord(
                record.topic(),
                record.kafkaPartition(),
                record.keySchema(),
                record.key(),
                record.valueSchema(),
                copy,
                record.timestamp());
    }

    private String encrypted(String value) throws GeneralSecurityException {
        byte[] text = value.getBytes(StandardCharsets.UTF_8);
        byte[] nonce = new byte[NONCE];
        random.nextBytes(nonce);
        cipher.init(Cipher.ENCRYPT_MODE, secret, new GCMParameterSpec(TAG_BITS, nonce));
        byte[] out = new byte[NONCE + text.length + TAG_BITS / 8];
        System.arraycopy(nonce, 0, out, 0, NONCE);
        cipher.doFinal(text, 0, text.length, out, NONCE);
        return Base64.getEncoder().encodeToString(out);
    }
}
