package io.storeveil.retention.store;

import java.sql.SQLException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/** What came of work in the store that another thread has done. */
public final class Waited {

    private Waited() {}

    /** @throws SQLException as the work threw it, or if this thread was interrupted */
    public static <T> T result(Future<T> work) throws SQLException {
        try {
            return work.get();
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof SQLException refused) {
                throw refused;
            }
            throw failed.getCause() instanceof RuntimeException wrong ? wrong : new IllegalStateException(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new SQLException("interrupted", "57014", interrupted);
        }
    }
}
