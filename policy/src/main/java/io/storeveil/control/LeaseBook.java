package io.storeveil.control;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Where workers say which version each of them works with, and the sweep reads it. */
interface LeaseBook {

    /** Makes ready; harmless if it is. */
    void prepare();

    /**
     * Writes, or writes over, one worker's lease.
     *
     * @param time  from now
     * @param until the same moment by the worker's own wall clock, for a book without a clock
     */
    void renew(String worker, long version, Duration time, Instant until);

    /** Gives one worker's lease up; one that cannot be removed runs out by itself. */
    void giveBack(String worker);

    /**
     * The leases that have not run out.
     *
     * @throws KeyStateUnavailable if they cannot be read: who holds what is unknown then
     */
    List<Leases.Held> held();

    /** Writes, or writes over, all that one worker held back so far because no policy knows it. */
    void notice(String worker, List<Sighting> sightings);

    /** What all workers held back, of the last weeks at least. */
    List<Sighting> noticed();

    /** Removes what nobody renews any more. */
    void forgetTheDead();
}
