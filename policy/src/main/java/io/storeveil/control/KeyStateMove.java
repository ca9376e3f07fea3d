package io.storeveil.control;

import io.storeveil.keys.KeyState;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * Takes a key state from one place to another, for instance from directories to the control database and Vault. The old
 * place gives nothing out before the new one holds everything, verified, and nothing from then on. After a crash the same
 * move goes on.
 */
public final class KeyStateMove {

    private KeyStateMove() {}

    /**
     * @param wait for workers of the old place that started meanwhile
     * @return the version in the new place
     * @throws KeyStateUnavailable if workers still use the old place, the new one is not empty, or one of the two does not
     *     do its part; nothing is lost then
     */
    public static long move(SealedKeyStateStore from, SealedKeyStateStore to, Duration wait) {
        if (from.hasMoved()) {
            return finish(from, to, wait);
        }
        List<Leases.Held> workers = from.leases().held();
        if (!workers.isEmpty()) {
            throw new KeyStateUnavailable("these workers use the key state; stop their connectors first: " + workers);
        }
        KeyState moved = from.current().closing(List.of());
        to.prepare();
        if (!to.isMade()) {
            to.init(moved);
        }
        if (!Arrays.equals(to.current().encode(), moved.encode())) {
            throw new KeyStateUnavailable("the new place holds another key state, and is left as it is");
        }
        return finish(from, to, wait);
    }

    private static long finish(SealedKeyStateStore from, SealedKeyStateStore to, Duration wait) {
        List<String> problems = to.problems();
        if (!problems.isEmpty()) {
            throw new KeyStateUnavailable("the new place is not sound, and the old one was kept: " + problems);
        }
        long version = to.currentVersion();
        from.abandon();
        from.leases().awaitVersion(Long.MAX_VALUE, wait);
        return version;
    }
}
