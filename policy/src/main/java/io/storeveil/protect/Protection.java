package io.storeveil.protect;

import java.math.BigDecimal;
import java.util.Optional;
import java.util.Set;

/**
 * One way to protect a field, as a policy names it, with its options. A protection knows values and keys; records,
 * schemas and topics are not its business. Two with the same name and options are equal; {@code toString} is what the
 * policy says: {@code generalise: year}.
 */
public interface Protection {

    /** The policy's word for it: {@code encrypt}. */
    String name();

    /** What it does, in one sentence, for the documentation. */
    String summary();

    /** What it guarantees and what it leaks. */
    Guarantee guarantee();

    /**
     * What becomes of a value that is of the right type and still not what the protection is made for, in one sentence,
     * for the documentation. No such value stops a stream or passes in the clear.
     */
    default String malformed() {
        return "There is none: every value of these types is protected alike.";
    }

    /**
     * The values it is made for, where that is not every value of its types: a regular expression that means the same
     * to Java and to PostgreSQL, so that a database can count the others.
     */
    default Optional<String> form() {
        return Optional.empty();
    }

    /** The width of the spans that it puts numbers into, where it does: a narrower step passes unchanged. */
    default Optional<BigDecimal> width() {
        return Optional.empty();
    }

    /** The types it takes. */
    Set<FieldType.Kind> takes();

    /**
     * Makes it ready for one column.
     *
     * @throws CannotProtect if it cannot take this type; the message says which types it takes
     */
    FieldProtection bind(FieldType in, FieldContext context) throws CannotProtect;

    /** The way back for one column, whatever its type was; empty if and only if it is not reversible. */
    default Optional<FieldOpening> opening(FieldContext context) {
        return Optional.empty();
    }
}
