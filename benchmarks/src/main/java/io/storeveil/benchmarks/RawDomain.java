package io.storeveil.benchmarks;

import com.google.crypto.tink.subtle.AesSiv;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.bouncycastle.crypto.fpe.FPEEngine;
import org.bouncycastle.crypto.fpe.FPEFF1Engine;
import org.bouncycastle.crypto.params.FPEParameters;
import org.bouncycastle.crypto.params.KeyParameter;

/**
 * What the libraries' own primitives cost for a row's columns under one key: Tink's AES-SIV (64 bytes of key, Base64 text)
 * of the four personal ones, Bouncy Castle's FF1 (AES-256) of the loyalty number; and a copy of the row.
 */
final class RawDomain {

    private static final String DIGITS_AND_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private static final byte[] DOMAIN = "shop".getBytes(StandardCharsets.UTF_8);

    private final AesSiv siv;
    private final FPEEngine ff1 = new FPEFF1Engine();

    RawDomain() {
        try {
            siv = new AesSiv(new byte[64]);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
        ff1.init(true, new FPEParameters(new KeyParameter(new byte[32]), DIGITS_AND_LETTERS.length(), DOMAIN));
    }

    SourceRecord siv(SourceRecord record) {
        return with(record, Set.copyOf(CustomerRow.PERSONAL), this::sealed);
    }

    SourceRecord ff1(SourceRecord record) {
        return with(record, Set.of(CustomerRow.TOKEN), this::token);
    }

    private static SourceRecord with(SourceRecord record, Set<String> columns, UnaryOperator<String> change) {
        Struct row = (Struct) record.value();
        Struct copy = new Struct(row.schema());
        for (Field field : row.schema().fields()) {
            Object value = row.get(field);
            copy.put(field, columns.contains(field.name()) ? change.apply((String) value) : value);
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

    private String sealed(String value) {
        try {
            return Base64.getEncoder()
                    .encodeToString(siv.encryptDeterministically(value.getBytes(StandardCharsets.UTF_8), DOMAIN));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Of the characters that are none of the alphabet's nothing is made. */
    private String token(String value) {
        byte[] numerals = new byte[value.length()];
        int count = 0;
        for (int at = 0; at < value.length(); at++) {
            int place = DIGITS_AND_LETTERS.indexOf(value.charAt(at));
            if (place >= 0) {
                numerals[count++] = (byte) place;
            }
        }
        byte[] out = new byte[count];
        ff1.processBlock(numerals, 0, count, out, 0);
        StringBuilder text = new StringBuilder(count);
        for (byte place : out) {
            text.append(DIGITS_AND_LETTERS.charAt(place));
        }
        return text.toString();
    }
}
