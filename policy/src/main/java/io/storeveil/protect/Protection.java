package io.storeveil.protect;

/**
 * One way to protect a field, as a policy names it, with its options. A protection knows values and keys; records,
 * schemas and topics are not its business.
 */
public interface Protection {

    /** The policy's word for it: {@code encrypt}. */
    String name();

    /** What it guarantees and what it leaks. */
    Guarantee guarantee();

    /**
     * Makes it ready for one column.
     *
     * @throws CannotProtect if it cannot take this type; the message says which types it takes
     */
    FieldProtection bind(FieldType in, FieldContext context) throws CannotProtect;
}
