package io.storeveil.connect;

import io.storeveil.connect.ProtectionStopped.Place;
import io.storeveil.keys.Keyring;
import io.storeveil.policy.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;

/** What a Debezium change event of one schema becomes. */
final class EnvelopePlan {

    private static final Set<String> HARMLESS = Set.of("op", "ts_ms", "ts_us", "ts_ns", "transaction");

    private final Schema out;
    private final RowPlan before;
    private final RowPlan after;
    private final List<String> harmless;
    private final boolean beforeIsWhole;

    private EnvelopePlan(Schema out, RowPlan before, RowPlan after, List<String> harmless, boolean beforeIsWhole) {
        this.out = out;
        this.before = before;
        this.after = after;
        this.harmless = harmless;
        this.beforeIsWhole = beforeIsWhole;
    }

    static EnvelopePlan of(Schema in, Table table, Rules rules, Counters counters, Place place) {
        Schema afterIn = in.field("after").schema();
        Schema beforeIn = in.field("before").schema();
        RowPlan after = RowPlan.ofRow(afterIn, table, rules, counters, place);
        RowPlan before = beforeIn.equals(afterIn) ? after : RowPlan.ofRow(beforeIn, table, rules, counters, place);
        SchemaBuilder copy = SchemaCopy.emptyLike(in);
        List<String> harmless = new ArrayList<>();
        for (Field field : in.fields()) {
            switch (field.name()) {
                case "before" -> copy.field("before", before.out());
                case "after" -> copy.field("after", after.out());
                case "source" -> copy.field("source", field.schema());
                default -> {
                    if (HARMLESS.contains(field.name())) {
                        copy.field(field.name(), field.schema());
                        harmless.add(field.name());
                    }
                }
            }
        }
        return new EnvelopePlan(copy.build(), before, after, harmless, rules.before() == Rules.Before.FULL);
    }

    Schema out() {
        return out;
    }

    List<String> undeclared() {
        return after.undeclared();
    }

    Struct apply(Struct envelope, Keyring keys, Place place) {
        Struct copy = new Struct(out);
        for (String name : harmless) {
            copy.put(name, envelope.getWithoutDefault(name));
        }
        copy.put("source", SourceBlock.harmless(envelope.getStruct("source"), place));
        if (envelope.getWithoutDefault("after") instanceof Struct row) {
            copy.put("after", after.apply(row, keys, place));
        }
        if (envelope.getWithoutDefault("before") instanceof Struct row) {
            copy.put("before", beforeIsWhole ? before.apply(row, keys, place) : before.applyToKey(row, keys, place));
        }
        return copy;
    }
}
