package io.storeveil.connect;

import io.storeveil.connect.ProtectionStopped.Place;
import io.storeveil.keys.Keyring;
import io.storeveil.keys.OwnerKey;
import io.storeveil.policy.Column;
import org.apache.kafka.connect.data.Schema;
import org.jspecify.annotations.Nullable;

/** What a field of one schema becomes. Made once for the schema, used for every record of it. */
interface FieldPlan {

    /** Null where nothing of the field stays. */
    @Nullable
    Schema out();

    /** True if it must be known whose row it is. */
    boolean ownerKeyed();

    /** True if {@link #apply} gives back the value itself. */
    default boolean passes() {
        return false;
    }

    /**
     * @param value not null; is not changed
     * @param owner null if the row says of nobody that it is theirs
     * @return a value of {@link #out()}; null where nothing of it stays
     */
    @Nullable
    Object apply(Object value, Keyring keys, @Nullable OwnerKey owner, Place place);

    /**
     * A column as a whole.
     *
     * @param mayBeMissing in some rows the column's value is not known
     * @return null if the policy does not know what is in it
     */
    static @Nullable FieldPlan of(Schema schema, Column column, Site site, boolean mayBeMissing) {
        return column.inside().isEmpty()
                ? ValuePlan.of(schema, column, site, mayBeMissing)
                : inside(schema, Paths.of(column), site, mayBeMissing);
    }

    /** What stands at a place inside of a column, or is the column; null if the policy does not know it. */
    static @Nullable FieldPlan inside(Schema schema, Paths paths, Site site, boolean mayBeMissing) {
        Column value = paths.value();
        if (value != null) {
            boolean hasInside = FieldShape.of(schema) == FieldShape.OTHER;
            return hasInside && ValuePlan.passes(value) ? null : ValuePlan.of(schema, value, site, mayBeMissing);
        }
        Schema.Type type = schema.type();
        if (type == Schema.Type.STRUCT) {
            return StructPlan.of(schema, paths, site, mayBeMissing);
        }
        if (type == Schema.Type.ARRAY || type == Schema.Type.MAP) {
            return CollectionPlan.of(schema, paths, site, mayBeMissing);
        }
        return type == Schema.Type.STRING && paths.isColumn() ? JsonPlan.of(schema, paths, site) : null;
    }
}
