package io.storeveil.connect;

import io.storeveil.connect.ProtectionStopped.Place;
import io.storeveil.connect.ProtectionStopped.Reason;
import io.storeveil.keys.Keyring;
import io.storeveil.keys.OwnerKey;
import io.storeveil.policy.Column;
import io.storeveil.protect.CannotProtect;
import io.storeveil.protect.Ciphertext;
import io.storeveil.protect.FieldProtection;
import io.storeveil.protect.FieldProtection.Effect;
import io.storeveil.protect.FieldType;
import io.storeveil.protect.FieldType.Kind;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.connect.data.Schema;
import org.jspecify.annotations.Nullable;

/** One value under one protection: of a column, or at the end of a path inside of one. */
final class ValuePlan implements FieldPlan {

    private final Column column;
    private final FieldShape shape;
    private final FieldProtection protection;
    private final @Nullable Schema out;
    private final boolean ownerKeyed;
    private final boolean becomesText;
    private final boolean staysAsItIs;
    private final Rules rules;
    private final LongAdder erased;

    private ValuePlan(Column column, FieldShape shape, FieldProtection protection, @Nullable Schema out, Site site) {
        this.column = column;
        this.shape = shape;
        this.protection = protection;
        this.out = out;
        this.ownerKeyed = column.inStream().guarantee().ownerKeyed();
        this.becomesText = protection.out().kind() != shape.kind();
        this.staysAsItIs = protection.effect() == Effect.PASS;
        this.rules = site.rules();
        this.erased = site.erasedFields();
    }

    /** @throws ProtectionStopped if the protection cannot take the schema's type */
    static ValuePlan of(Schema schema, Column column, Site site, boolean mayBeMissing) {
        FieldShape shape = FieldShape.of(schema);
        try {
            FieldProtection protection = site.bind(column, new FieldType(shape.kind(), SchemaCopy.length(schema)));
            Schema out = schema(schema, shape, protection, mayBeMissing);
            if (out != null && column.inStream().guarantee().reversible()) {
                out = SchemaCopy.remembering(out, schema);
            }
            return new ValuePlan(column, shape, protection, out, site);
        } catch (CannotProtect e) {
            throw new ProtectionStopped(Reason.CANNOT_PROTECT, site.at(column), String.valueOf(e.getMessage()));
        }
    }

    /** True if the value would be itself, with all that may be inside of it. */
    static boolean passes(Column column) {
        return column.inStream().name().equals("none");
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

    @Override
    public @Nullable Schema out() {
        return out;
    }

    @Override
    public boolean ownerKeyed() {
        return ownerKeyed;
    }

    @Override
    public boolean passes() {
        return staysAsItIs && out != null && out.type().isPrimitive();
    }

    /** True if equal values stay equal and different ones different: what finds a row again. */
    boolean findsRows() {
        return column.inStream().guarantee().deterministic()
                && protection.effect() != Effect.OMIT
                && !protection.nullable();
    }

    @Override
    public @Nullable Object apply(Object value, Keyring keys, @Nullable OwnerKey owner, Place place) {
        if (out == null) {
            return null;
        }
        if (staysAsItIs) {
            return SchemaCopy.under(out, value);
        }
        if (rules.placeholder().is(value)) {
            return becomesText ? rules.placeholder().text() : SchemaCopy.under(out, value);
        }
        if (ownerKeyed && owner == null) {
            throw new ProtectionStopped(Reason.NO_OWNER, place.column(column.name(), Site.rule(column)));
        }
        Object result = result(value, out, keys, owner, place);
        if (ownerKeyed && Ciphertext.ERASED.equals(result)) {
            erased.increment();
        }
        return result;
    }

    private @Nullable Object result(Object value, Schema to, Keyring keys, @Nullable OwnerKey owner, Place place) {
        try {
            Object result = protection.apply(shape.read(value), keys, owner);
            return result == null || becomesText ? result : shape.write(result, to);
        } catch (RuntimeException e) {
            // its own words may quote the value
            throw new ProtectionStopped(
                    Reason.WRONG_FORM,
                    place.column(column.name(), Site.rule(column)),
                    e.getClass().getSimpleName());
        }
    }
}
