package io.storeveil.benchmarks;

import io.storeveil.connect.Protect;
import io.storeveil.control.DirectoryKeyStateStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.transforms.MaskField;
import org.apache.kafka.connect.transforms.Transformation;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** What a record costs on its way through Protect, beside what the same record costs without it. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class ProtectBenchmark {

    /** Spreads the cold owners over all numbers, so that none is a neighbour of the one before. */
    private static final long STEP = 0x9E3779B97F4A7C15L;

    private static final int NONCE = 12;
    private static final int TAG_BITS = 128;

    private final SourceRecord record = CustomerRow.record(1815);
    private final SecureRandom random = new SecureRandom();
    private final List<Transformation<SourceRecord>> open = new ArrayList<>();
    private final Path directory;
    private final Transformation<SourceRecord> full;
    private final Transformation<SourceRecord> encrypting;
    private final Transformation<SourceRecord> redacting;
    private final Transformation<SourceRecord> masking;
    private final Cipher cipher;
    private final SecretKey secret;
    private long coldOwner;

    public ProtectBenchmark() {
        try {
            directory = Files.createTempDirectory("storeveil-benchmarks");
            cipher = Cipher.getInstance("AES/GCM/NoPadding");
            new DirectoryKeyStateStore(copies(), directory.resolve("keks")).init();
            full = protect("full", CustomerRow.policy("encrypt", "pseudonymise", "{ generalise: year }"));
            encrypting = protect("encrypt", CustomerRow.policy("encrypt", "none", "none"));
            redacting = protect("redact", CustomerRow.policy("redact", "none", "none"));
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
        masking = opened(new MaskField.Value<>(), Map.of("fields", String.join(",", CustomerRow.PERSONAL)));
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        secret = new SecretKeySpec(bytes, "AES");
    }

    private List<Path> copies() {
        return List.of(directory.resolve("copy-1"), directory.resolve("copy-2"));
    }

    private Transformation<SourceRecord> protect(String name, String policy) throws IOException {
        Path file = Files.writeString(directory.resolve(name + ".yaml"), policy);
        return opened(
                new Protect<>(),
                Map.of(
                        "policy", file.toString(),
                        "keys.copies",
                                String.join(
                                        ",",
                                        copies().stream().map(Path::toString).toList()),
                        "keys.key-encryption-keys", directory.resolve("keks").toString()));
    }

    private Transformation<SourceRecord> opened(Transformation<SourceRecord> transform, Map<String, String> settings) {
        transform.configure(settings);
        open.add(transform);
        return transform;
    }

    /** What is measured is what is meant: no transform is fast because it does nothing. */
    @Setup
    public void check() {
        for (Transformation<SourceRecord> transform : List.of(full, encrypting, redacting, masking)) {
            changed(transform.apply(record), CustomerRow.PERSONAL);
        }
        changed(full.apply(record), List.of("id", "loyalty_number", "born"));
    }

    private void changed(@Nullable SourceRecord result, List<String> columns) {
        Struct before = (Struct) record.value();
        Struct after = (Struct) Objects.requireNonNull(result).value();
        for (String column : columns) {
            if (Objects.equals(before.get(column), after.get(column))) {
                throw new IllegalStateException(column + " is as it was; expected: protected");
            }
        }
    }

    @TearDown
    public void close() throws IOException {
        open.forEach(Transformation::close);
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    /** What measuring costs. */
    @Benchmark
    public SourceRecord identity() {
        return record;
    }

    /** Kafka's own transform over the four columns. */
    @Benchmark
    public @Nullable SourceRecord maskField() {
        return masking.apply(record);
    }

    /** The same four columns redacted by a policy. */
    @Benchmark
    public @Nullable SourceRecord protectRedact4() {
        return redacting.apply(record);
    }

    /** The least that encrypting the four columns can cost with the JDK: one key, no additional data, a copy. */
    @Benchmark
    public SourceRecord rawAes4() throws GeneralSecurityException {
        Struct row = (Struct) record.value();
        Struct copy = new Struct(row.schema());
        for (Field field : row.schema().fields()) {
            Object value = row.getWithoutDefault(field.name());
            copy.put(field, CustomerRow.PERSONAL.contains(field.name()) ? encrypted((String) value) : value);
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
        byte[] out = new byte[NONCE + cipher.getOutputSize(text.length)];
        System.arraycopy(nonce, 0, out, 0, NONCE);
        cipher.doFinal(text, 0, text.length, out, NONCE);
        return Base64.getEncoder().encodeToString(out);
    }

    /** The four columns encrypted under their owner's key, and nothing else. */
    @Benchmark
    public @Nullable SourceRecord protectEncrypt4() {
        return encrypting.apply(record);
    }

    /** The full policy: four encrypted, two pseudonymised and again in the record's key, one generalised. */
    @Benchmark
    public @Nullable SourceRecord protect() {
        return full.apply(record);
    }

    /** The full policy over an owner whose key was never derived before; with the making of the row. */
    @Benchmark
    public @Nullable SourceRecord protectColdOwner() {
        coldOwner += STEP;
        return full.apply(CustomerRow.record(coldOwner));
    }
}
