package io.storeveil.connect;

import io.storeveil.connect.ProtectionStopped.Place;
import io.storeveil.keys.Keyring;
import io.storeveil.keys.OwnerKey;
import io.storeveil.policy.Column;
import io.storeveil.policy.Policy;
import io.storeveil.policy.Table;
import io.storeveil.protect.CannotProtect;
import io.storeveil.protect.FieldContext;
import io.storeveil.protect.FieldProtection;
import io.storeveil.protect.FieldProtection.Effect;
import io.storeveil.protect.FieldType;
import io.storeveil.protect.FieldType.Kind;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What one column of one record schema becomes.
 *
 * @param word       the protection's, as a policy names it
 * @param out        null where nothing of the column stays
 * @param ownerKeyed needs to know whose row it is
 * @param rowKey     part of the table's key
 */
record ColumnPlan(
        String name,
        String word,
        String rule,
        FieldShape shape,
        FieldProtection protection,
        @Nullable Schema out,
        boolean ownerKeyed,
        boolean rowKey) {

    /** In a record's key, where rows are found again by it. */
    static ColumnPlan ofKey(Field field, Column column, Table table, Rules rules, Place place) {
        ColumnPlan plan = of(field, column, table, rules, place, false);
        boolean findsRows = column.inStream().guarantee().deterministic()
                && plan.protection.effect() != Effect.OMIT
                && !plan.protection.nullable();
        if (!findsRows) {
            throw new ProtectionStopped(
                    place.column(field.name(), plan.rule),
                    "a record's key cannot be protected so, or its deletes would find no row; allowed: pseudonymise,"
                            + " none");
        }
        return plan;
    }

    /** In a row. */
    static ColumnPlan ofRow(Field field, Column column, Table table, Rules rules, Place place) {
        boolean mayBeMissing =
                rules.before() == Rules.Before.KEY && !table.key().contains(field.name());
        return of(field, column, table, rules, place, mayBeMissing);
    }

    private static ColumnPlan of(
            Field field, Column column, Table table, Rules rules, Place place, boolean mayBeMissing) {
        String rule = column.category() + ": " + column.inStream();
        FieldShape shape = FieldShape.of(field.schema());
        FieldProtection protection =
                bind(field, column, table, rules.policy(), shape, place.column(field.name(), rule));
        return new ColumnPlan(
                field.name(),
                column.inStream().name(),
                rule,
                shape,
                protection,
                schema(field.schema(), shape, protection, mayBeMissing),
                column.inStream().guarantee().ownerKeyed(),
                table.key().contains(field.name()));
    }

    private static FieldProtection bind(
            Field field, Column column, Table table, Policy policy, FieldShape shape, Place place) {
        FieldContext context =
                new FieldContext(policy.store(), table.name().toString(), column.name(), column.domain());
        try {
            FieldType type = new FieldType(shape.kind(), SchemaCopy.length(field.schema()));
            return column.inStream().bind(type, context);
        } catch (CannotProtect e) {
            throw new ProtectionStopped(place, String.valueOf(e.getMessage()));
        }
    }

    private static @Nullable Schema schema(
            Schema in, FieldShape shape, FieldProtection protection, boolean mayBeMissing) {
        boolean optional = in.isOptional() || protection.nullable() || in.defaultValue() != null || mayBeMissing;
        FieldType out = protection.out();
        return switch (protection.effect()) {
            case OMIT -> null;
            case PASS -> mayBeMissing ? SchemaCopy.optional(in) : in;
            case REPLACE ->
                out.kind() != shape.kind() || out.kind() == Kind.TEXT
                        ? SchemaCopy.text(in, optional, out.length())
                        : SchemaCopy.withoutDefault(in, optional, out.length());
        };
    }

    /** @param owner null if the row says of nobody that it is theirs */
    @Nullable
    Object apply(Object value, Schema to, Keyring keys, @Nullable OwnerKey owner, Rules rules, Place place) {
        if (protection.effect() == Effect.PASS) {
            return SchemaCopy.under(to, value);
        }
        boolean text = protection.out().kind() != shape.kind();
        if (rules.placeholder().is(value)) {
            return text ? rules.placeholder().text() : SchemaCopy.under(to, value);
        }
        if (ownerKeyed && owner == null) {
            throw new ProtectionStopped(
                    place.column(name, rule), "the row names no owner: every column that could is null");
        }
        try {
            Object result = protection.apply(shape.read(value), keys, owner);
            return result == null || text ? result : shape.write(result, to);
        } catch (RuntimeException e) {
            // its own words may quote the value
            throw new ProtectionStopped(
                    place.column(name, rule),
                    "a value has not the form its type says (" + e.getClass().getSimpleName() + ")");
        }
    }
}
