package io.storeveil.protect;

/** What an encrypted column's text turned out to hold. */
public sealed interface Opened {

    /**
     * @param kind  the type that was encrypted
     * @param value of that kind; {@link Long} for every integer, {@link Double} for every float
     */
    record Value(FieldType.Kind kind, Object value) implements Opened {

        /** Without the value. */
        @Override
        public String toString() {
            return "Value[" + kind + "]";
        }
    }

    /** The owner was erased: before the value was written, or since. */
    record Erased() implements Opened {}
}
