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
import java.time.DateTimeException;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * One value without a schema under one protection. What the protection cannot take is as undeclared as what the policy
 * does not name. A protection for dates takes a text that is one (ISO 8601), as JSON has no other form for them.
 */
final class TreeValue implements TreePlan {

    private final Column column;
    private final boolean whole;
    private final Site site;
    private final boolean ownerKeyed;
    private final LongAdder erased;
    private final boolean omits;
    private final Map<Kind, FieldProtection> byKind = new EnumMap<>(Kind.class);

    /** @param whole a column as a whole, whatever is inside of it; and not a path, which leads to a single value */
    TreeValue(Column column, boolean whole, Site site) {
        this.column = column;
        this.whole = whole;
        this.site = site;
        this.erased = site.erasedFields();
        this.ownerKeyed = column.inStream().guarantee().ownerKeyed();
        for (Kind kind : Kind.values()) {
            if (column.inStream().takes().contains(kind)) {
                try {
                    byKind.put(kind, site.bind(column, FieldType.of(kind)));
                } catch (CannotProtect e) {
                    // it is then not among those that it takes
                }
            }
        }
        this.omits = byKind.values().stream().anyMatch(protection -> protection.effect() == Effect.OMIT);
    }

    @Override
    public boolean ownerKeyed() {
        return ownerKeyed;
    }

    /** For a record's key, of which nothing may be left out. */
    Object applyToKey(Object value, Keyring keys, Place place) {
        Object result = apply(value, keys, null, place);
        if (result == null
                || result == LEFT_OUT
                || !column.inStream().guarantee().deterministic()) {
            throw new ProtectionStopped(Reason.KEY_UNPROTECTABLE, place.column(column.name(), Site.rule(column)));
        }
        return result;
    }

    @Override
    public @Nullable Object apply(@Nullable Object value, Keyring keys, @Nullable OwnerKey owner, Place place) {
        if (omits) {
            return LEFT_OUT;
        }
        if (value == null || site.rules().placeholder().is(value)) {
            return value;
        }
        Plain plain = Plain.of(value, byKind.keySet());
        FieldProtection protection = plain == null ? null : byKind.get(plain.kind());
        boolean hasInside = plain != null && plain.kind() == Kind.OTHER;
        if (plain == null || protection == null || (hasInside && !whole && ValuePlan.passes(column))) {
            return leftOut(place);
        }
        return protection.effect() == Effect.PASS ? value : replace(plain, protection, keys, owner, place);
    }

    private @Nullable Object replace(
            Plain plain, FieldProtection protection, Keyring keys, @Nullable OwnerKey owner, Place place) {
        if (ownerKeyed && owner == null) {
            throw new ProtectionStopped(Reason.NO_OWNER, place.column(column.name(), Site.rule(column)));
        }
        Object result = result(plain, protection, keys, owner, place);
        if (ownerKeyed && Ciphertext.ERASED.equals(result)) {
            erased.increment();
        }
        return result;
    }

    private @Nullable Object result(
            Plain plain, FieldProtection protection, Keyring keys, @Nullable OwnerKey owner, Place place) {
        try {
            return Plain.written(protection.apply(plain.value(), keys, owner));
        } catch (DateTimeException | ArithmeticException e) {
            // anybody can write a year that no calendar has: that must not stop a stream
            return leftOut(place);
        } catch (RuntimeException e) {
            // its own words may quote the value
            throw new ProtectionStopped(
                    Reason.WRONG_FORM,
                    place.column(column.name(), Site.rule(column)),
                    e.getClass().getSimpleName());
        }
    }

    private Object leftOut(Place place) {
        site.undeclared().inside(place.column(column.name(), null));
        return LEFT_OUT;
    }
}
