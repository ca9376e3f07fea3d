package io.storeveil.protect;

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

    /** The types it takes. */
    Set<FieldType.Kind> takes();

    /**
     * Makes it ready for one column.
     *
     * @throws CannotProtect if it cannot take this type; the message says which types it takes
     */
    FieldProtection bind(FieldType in, FieldContext context) throws CannotProtect;
}
