package io.storeveil.connect;

import io.storeveil.connect.ProtectionStopped.Place;
import io.storeveil.keys.Keyring;
import io.storeveil.keys.OwnerKey;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.jspecify.annotations.Nullable;

/** A struct inside of a column, field by field. */
record StructPlan(Schema out, List<ColumnPlan> fields, List<LongAdder> undeclared, boolean ownerKeyed)
        implements FieldPlan {

    static StructPlan of(Schema in, Paths paths, Site site, boolean mayBeMissing) {
        List<ColumnPlan> fields = new ArrayList<>();
        List<LongAdder> undeclared = new ArrayList<>();
        SchemaBuilder copy = SchemaCopy.emptyLike(in);
        for (Field field : in.fields()) {
            Paths member = paths.member(field.name());
            FieldPlan plan = member == null ? null : FieldPlan.inside(field.schema(), member, site, false);
            if (plan == null) {
                undeclared.add(site.undeclared().column(site.place().column(paths.place() + "." + field.name(), null)));
            } else if (plan.out() != null) {
                fields.add(new ColumnPlan(field, plan, "", false));
                copy.field(field.name(), plan.out());
            }
        }
        Schema out = mayBeMissing ? copy.optional().build() : copy.build();
        return new StructPlan(out, fields, undeclared, fields.stream().anyMatch(ColumnPlan::ownerKeyed));
    }

    @Override
    public @Nullable Object apply(Object value, Keyring keys, @Nullable OwnerKey owner, Place place) {
        Struct struct = (Struct) value;
        Struct copy = new Struct(out);
        for (ColumnPlan field : fields) {
            Object inner = field.value(struct);
            if (inner != null) {
                copy.put(field.in().name(), field.plan().apply(inner, keys, owner, place));
            }
        }
        undeclared.forEach(LongAdder::increment);
        return copy;
    }
}
