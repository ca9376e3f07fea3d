package io.storeveil.control;

import java.util.List;

/**
 * The keys that seal the key state, one for each edition. Whoever destroys an edition's key makes every copy of it
 * unreadable, wherever it went; so no key is ever kept where a copy is.
 */
interface KeyEncryptionKeys {

    /** A key to seal with, and what each copy carries so that {@link #open} finds that key again. */
    final class Sealing {

        private final byte[] key;
        private final byte[] wrapped;

        /**
         * @param key     32 bytes of AES-256
         * @param wrapped no secret; empty if the key is found by the edition alone
         */
        Sealing(byte[] key, byte[] wrapped) {
            this.key = key.clone();
            this.wrapped = wrapped.clone();
        }

        byte[] key() {
            return key.clone();
        }

        byte[] wrapped() {
            return wrapped.clone();
        }
    }

    /** Makes ready to hold keys; harmless if it is. */
    void prepare();

    /** A key that never was before. @throws KeyStateUnavailable if this edition has one already, or none can be made */
    Sealing create(Edition edition);

    /** @throws KeyStateUnavailable if the key is gone, or cannot be reached; says where */
    byte[] open(Edition edition, byte[] wrapped);

    /** The editions whose key still exists. */
    List<Edition> editions();

    /** From its return on, nobody can open what this key sealed. @throws KeyStateUnavailable if that is not certain */
    void destroy(Edition edition);

    /** What is wrong with how this edition's key is kept, though it opens. */
    List<String> problems(Edition edition);

    /** Where the keys are, for a person. */
    String place();
}
