package io.storeveil.benchmarks;

import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
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

/** What a record costs on its way through Protect, beside what the same record costs without it. One thread, one task. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class ProtectBenchmark {

    /** Spreads owners over all numbers, so that none is a neighbour of the one before. */
    private static final long STEP = 0x9E3779B97F4A7C15L;

    /** So many owners are warm: more than fit into a processor's first cache. */
    private static final int WARM = 1_000;

    private final SourceRecord record = CustomerRow.record(1815);
    private final SourceRecord envelope = CustomerRow.envelope(1815);
    private final RawAes raw = new RawAes();
    private final RawDomain rawDomain = new RawDomain();
    private final long first = Thread.currentThread().getId() << 40;

    @SuppressWarnings("NullAway.Init")
    private Transformation<SourceRecord> full;

    @SuppressWarnings("NullAway.Init")
    private Transformation<SourceRecord> encrypting;

    @SuppressWarnings("NullAway.Init")
    private Transformation<SourceRecord> deterministic;

    @SuppressWarnings("NullAway.Init")
    private Transformation<SourceRecord> tokenising;

    @SuppressWarnings("NullAway.Init")
    private Transformation<SourceRecord> redacting;

    @SuppressWarnings("NullAway.Init")
    private Transformation<SourceRecord> masking;

    private long next;

    @Setup
    public void open(Worker worker) {
        full = worker.protect(CustomerRow.policy("encrypt", "pseudonymise", "{ generalise: year }"));
        encrypting = worker.protect(CustomerRow.policy("encrypt", "none", "none"));
        deterministic = worker.protect(CustomerRow.policy("encrypt-deterministic", "none", "none"));
        tokenising = worker.protect(CustomerRow.tokens());
        redacting = worker.protect(CustomerRow.policy("redact", "none", "none"));
        masking = worker.opened(new MaskField.Value<>(), Map.of("fields", String.join(",", CustomerRow.PERSONAL)));
        check();
    }

    /** What is measured is what is meant: no transform is fast because it does nothing. */
    private void check() {
        for (Transformation<SourceRecord> transform : List.of(full, encrypting, deterministic, redacting, masking)) {
            changed(row(record), row(transform.apply(record)), CustomerRow.PERSONAL);
        }
        changed(row(record), row(tokenising.apply(record)), List.of(CustomerRow.TOKEN));
        List<String> others = List.of("id", "loyalty_number", "born");
        changed(row(record), row(full.apply(record)), others);
        changed(after(envelope), after(full.apply(envelope)), CustomerRow.PERSONAL);
        changed(after(envelope), after(full.apply(envelope)), others);
    }

    private static Struct row(@Nullable SourceRecord result) {
        return (Struct) Objects.requireNonNull(result).value();
    }

    private static Struct after(@Nullable SourceRecord result) {
        return row(result).getStruct("after");
    }

    private static void changed(Struct before, Struct after, List<String> columns) {
        for (String column : columns) {
            if (Objects.equals(before.get(column), after.get(column))) {
                throw new IllegalStateException(column + " is as it was; expected: protected");
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

    /** The least that encrypting the four columns can cost with the JDK. */
    @Benchmark
    public SourceRecord rawAes4() throws GeneralSecurityException {
        return raw.apply(record);
    }

    /** The four columns encrypted under their owner's key, and nothing else. */
    @Benchmark
    public @Nullable SourceRecord protectEncrypt4() {
        return encrypting.apply(record);
    }

    /** The least that the same columns can cost with AES-SIV. */
    @Benchmark
    public SourceRecord rawSiv4() {
        return rawDomain.siv(record);
    }

    /** The four columns encrypted deterministically under their domains' keys. */
    @Benchmark
    public @Nullable SourceRecord protectDeterministic4() {
        return deterministic.apply(record);
    }

    /** The least that a token of the loyalty number's twelve characters can cost with FF1. */
    @Benchmark
    public SourceRecord rawFf1() {
        return rawDomain.ff1(record);
    }

    /** The loyalty number made a token, and nothing else. */
    @Benchmark
    public @Nullable SourceRecord protectTokenise1() {
        return tokenising.apply(record);
    }

    /** The full policy: four encrypted, two pseudonymised and again in the record's key, one generalised. */
    @Benchmark
    public @Nullable SourceRecord protect() {
        return full.apply(record);
    }

    /** The full policy over the same row in a change event, as Debezium sends it. */
    @Benchmark
    public @Nullable SourceRecord protectEnvelope() {
        return full.apply(envelope);
    }

    /** The full policy over one of a thousand owners in turn; with the making of the row. */
    @Benchmark
    public @Nullable SourceRecord protectWarmOwner() {
        return full.apply(CustomerRow.record(first + STEP * (next++ % WARM)));
    }

    /** The full policy over an owner whose key was never derived before, and who is nobody's neighbour. */
    @Benchmark
    public @Nullable SourceRecord protectNewOwner() {
        return full.apply(CustomerRow.record(first + STEP * next++));
    }

    /** The same with numbers that a sequence gives, as most stores have them. */
    @Benchmark
    public @Nullable SourceRecord protectNextOwner() {
        return full.apply(CustomerRow.record(first + next++));
    }
}
