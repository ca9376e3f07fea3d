package io.storeveil.connect;

import io.storeveil.connect.ProtectionStopped.Place;
import io.storeveil.keys.Keyring;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;

/** What a Debezium change event of one schema becomes. */
record EnvelopePlan(
        Schema out, RowPlan before, RowPlan after, List<String> harmless, List<Field> suspects, boolean beforeIsWhole)
        implements RecordPlan {

    /** Fields that say nothing of a row. */
    static final Set<String> HARMLESS = Set.of("op", "ts_ms", "ts_us", "ts_ns", "transaction");

    static EnvelopePlan of(Schema in, Site site) {
        Schema afterIn = in.field("after").schema();
        Schema beforeIn = in.field("before").schema();
        RowPlan after = RowPlan.ofRow(afterIn, site.inEnvelope());
        RowPlan before = beforeIn.equals(afterIn) ? after : RowPlan.ofRow(beforeIn, site.inEnvelope());
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
        return new EnvelopePlan(
                copy.build(),
                before,
                after,
                harmless,
                SourceBlock.suspects(in.field("source").schema()),
                site.rules().before() == Rules.Before.FULL);
    }

    @Override
    public Struct apply(Object value, Keyring keys, Place place) {
        Struct envelope = (Struct) value;
        Struct copy = new Struct(out);
        for (String name : harmless) {
            copy.put(name, envelope.getWithoutDefault(name));
        }
        copy.put("source", SourceBlock.harmless(envelope.getStruct("source"), suspects, place));
        if (envelope.getWithoutDefault("after") instanceof Struct row) {
            copy.put("after", after.of(row, keys, place));
        }
        if (envelope.getWithoutDefault("before") instanceof Struct row) {
            copy.put("before", beforeIsWhole ? before.of(row, keys, place) : before.ofDeleted(row, keys, place));
        }
        return copy;
    }
}
