package io.storeveil.control;

/**
 * Says which edition is the current one. Its replacement is the one moment at which a version becomes current. Whatever
 * other edition is found lying about is a dead writer's, or one that is not needed any more.
 */
interface Pointer {

    /** Makes ready; harmless if it is. */
    void prepare();

    boolean exists();

    /** Points at {@link Edition#NONE}, so that what lies about from here on is an unfinished beginning. */
    void begin();

    /** @throws KeyStateUnavailable if there is none, or it cannot be read */
    Edition current();

    /** Takes a turn at writing; waits for another writer, bounded. @throws KeyStateUnavailable if that one goes on */
    Turn take();

    /** Where it is, for a person. */
    String place();

    /** One writer's turn. From a later writer's turn on, nothing that this one does to the pointer has any effect. */
    interface Turn extends AutoCloseable {

        long number();

        /**
         * Points at {@code next} if the pointer still stands at {@code expected} and no later writer took a turn.
         *
         * @throws KeyStateUnavailable if not, or if that cannot be known; then {@code next} may have become current
         */
        void swap(Edition expected, Edition next);

        @Override
        void close();
    }
}
