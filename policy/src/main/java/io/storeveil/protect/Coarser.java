package io.storeveil.protect;

import io.storeveil.protect.FieldType.Kind;
import java.util.Set;

/** One way of {@link Generalise}. {@code toString} is what the policy says behind its word. */
interface Coarser {

    /** What it does, in one sentence. */
    String summary();

    /** See {@link Protection#malformed()}. */
    String malformed();

    Set<Kind> takes();

    /** What comes out of a type that it takes. */
    FieldType out(FieldType in);

    /** The coarser value, for every value of these types. */
    Object of(Object value);
}
