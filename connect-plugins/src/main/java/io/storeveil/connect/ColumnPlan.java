package io.storeveil.connect;

import io.storeveil.connect.ProtectionStopped.Reason;
import io.storeveil.policy.Column;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.jspecify.annotations.Nullable;

/**
 * One column of one record schema, or one field of a struct inside of it.
 *
 * @param word   what is done to it, as metrics say
 * @param rowKey part of the table's key
 * @param to     null where nothing of it stays, or until it is known
 */
record ColumnPlan(
        Field in, FieldPlan plan, String word, boolean rowKey, @Nullable Field to, boolean hasDefault, boolean passes) {

    ColumnPlan(Field in, FieldPlan plan, String word, boolean rowKey) {
        this(in, plan, word, rowKey, null);
    }

    private ColumnPlan(Field in, FieldPlan plan, String word, boolean rowKey, @Nullable Field to) {
        this(in, plan, word, rowKey, to, in.schema().defaultValue() != null, plan.passes());
    }

    /** The same, going to the field of its name there. */
    ColumnPlan to(Schema out) {
        return new ColumnPlan(in, plan, word, rowKey, out.field(in.name()));
    }

    /** In a record's key, where rows are found again by it. */
    static ColumnPlan ofKey(Field field, Column column, Site site) {
        ValuePlan plan = ValuePlan.of(field.schema(), column, site, false);
        if (!plan.findsRows()) {
            throw new ProtectionStopped(Reason.KEY_UNPROTECTABLE, site.at(column));
        }
        return new ColumnPlan(field, plan, word(column), true);
    }

    /** In a row; null if the policy does not know what is in it. */
    static @Nullable ColumnPlan ofRow(Field field, Column column, Site site) {
        boolean rowKey = site.table().key().contains(field.name());
        boolean mayBeMissing = site.rules().before() == Rules.Before.KEY && !rowKey;
        FieldPlan plan = FieldPlan.of(field.schema(), column, site, mayBeMissing);
        return plan == null ? null : new ColumnPlan(field, plan, word(column), rowKey);
    }

    private static String word(Column column) {
        return column.inside().isEmpty() ? column.inStream().name() : Column.BY_PATH;
    }

    boolean ownerKeyed() {
        return plan.ownerKeyed();
    }

    /** As it is, and not as the schema's default says. */
    @Nullable
    Object value(Struct struct) {
        return hasDefault ? struct.getWithoutDefault(in.name()) : struct.get(in);
    }

    /** The same of any field. */
    static @Nullable Object value(Struct struct, Field field) {
        Object value = struct.get(field);
        return value == null || field.schema().defaultValue() == null ? value : struct.getWithoutDefault(field.name());
    }
}
