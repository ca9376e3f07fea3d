package io.storeveil.connect;

import io.storeveil.connect.ProtectionStopped.Place;
import io.storeveil.connect.ProtectionStopped.Reason;
import io.storeveil.keys.Keyring;
import io.storeveil.policy.Column;
import io.storeveil.policy.Policy;
import io.storeveil.policy.Purpose;
import io.storeveil.policy.Purpose.Basis;
import io.storeveil.policy.Table;
import io.storeveil.protect.CannotOpen;
import io.storeveil.protect.Ciphertext;
import io.storeveil.protect.FieldContext;
import io.storeveil.protect.FieldOpening;
import io.storeveil.protect.Opened;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.connect.data.Schema;
import org.jspecify.annotations.Nullable;

/**
 * One column, or what is at one path inside of a column, that a purpose may see.
 *
 * @param ownerKeyed    its texts say whose they are
 * @param endsWithOwner its texts do not, and the purpose may not see them once the row's owner is erased
 */
record RevealedColumn(
        String name, String rule, FieldOpening opening, boolean ownerKeyed, boolean endsWithOwner, Counts counts) {

    /**
     * What a record is opened with.
     *
     * @param written when it was written to the stream; null if it does not say
     * @param erased  the owner of the row is
     */
    record Moment(Keyring keys, @Nullable Instant written, Place place, boolean erased) {

        Moment ofRow(boolean ownerErased) {
            return ownerErased == erased ? this : new Moment(keys, written, place, ownerErased);
        }
    }

    /** What is the same for every record. */
    record Reader(Permission permission, Placeholder placeholder) {}

    private record Counts(LongAdder revealed, LongAdder refused, LongAdder unknown, LongAdder erased) {

        static Counts of(Counters counters, String table) {
            return new Counts(
                    counters.of(Metric.REVEALED_FIELDS, table),
                    counters.of(Metric.REFUSED_FIELDS, table),
                    counters.of(Metric.UNKNOWN_CONSENT_FIELDS, table),
                    counters.of(Metric.ERASED_FIELDS, table));
        }
    }

    /** Empty if there is no way back. */
    static Optional<RevealedColumn> of(Policy policy, Table table, Column column, String purpose, Counters counters) {
        FieldContext context =
                new FieldContext(policy.store(), table.name().toString(), column.name(), column.domain());
        boolean ownerKeyed = column.inStream().guarantee().ownerKeyed();
        Purpose named = policy.purposes().get(purpose);
        boolean outlives = (named != null && named.basis() == Basis.LEGAL_OBLIGATION)
                || table.key().contains(column.name());
        return column.inStream()
                .opening(context)
                .map(opening -> new RevealedColumn(
                        column.name(),
                        column.category() + ": " + column.inStream(),
                        opening,
                        ownerKeyed,
                        !ownerKeyed && !outlives,
                        Counts.of(counters, table.name().toString())));
    }

    /**
     * @param to the type before it was protected; null where nothing tells it, then the value becomes what JSON has for it
     * @throws ProtectionStopped if it is no text of this column, or was altered
     */
    @Nullable
    Object apply(@Nullable Object value, @Nullable Schema to, Reader reader, Moment moment) {
        if (value == null) {
            return null;
        }
        if (reader.placeholder.is(value) && !(endsWithOwner && moment.erased)) {
            return to == null ? value : OriginalValue.placeholder(reader.placeholder, to);
        }
        if (!(value instanceof String text)) {
            throw stop(Reason.NOT_OURS, moment);
        }
        try {
            return open(text, to, reader, moment);
        } catch (CannotOpen e) {
            throw stop(Reason.CANNOT_OPEN, moment, String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            // its own words may quote the value
            throw stop(Reason.WRONG_TYPE, moment);
        }
    }

    private @Nullable Object open(String text, @Nullable Schema to, Reader reader, Moment moment) throws CannotOpen {
        if (endsWithOwner && moment.erased) {
            counts.erased.increment();
            return null;
        }
        if (ownerKeyed && !text.equals(Ciphertext.ERASED)) {
            switch (reader.permission.of(Ciphertext.reference(text), moment.keys, moment.written)) {
                case GIVEN -> {}
                case REFUSED -> {
                    counts.refused.increment();
                    return null;
                }
                case UNKNOWN -> {
                    counts.unknown.increment();
                    return null;
                }
            }
        }
        Opened opened = opening.open(moment.keys, text);
        if (opened instanceof Opened.Value found) {
            counts.revealed.increment();
            return to == null ? OriginalValue.plain(found) : OriginalValue.of(found, to);
        }
        counts.erased.increment();
        return to == null || OriginalValue.holdsMarker(to) ? Ciphertext.ERASED : null;
    }

    private ProtectionStopped stop(Reason reason, Moment moment, Object... details) {
        return new ProtectionStopped(reason, moment.place.column(name, rule), details);
    }
}
