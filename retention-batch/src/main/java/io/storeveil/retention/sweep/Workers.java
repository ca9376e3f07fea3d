package io.storeveil.retention.sweep;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Threads that work on the store at once. */
public final class Workers implements AutoCloseable {

    /** What one of them does. */
    public interface Task<T> {
        T run() throws SQLException;
    }

    private final ExecutorService threads;

    public Workers(int number) {
        this.threads = Executors.newFixedThreadPool(number);
    }

    /**
     * What came of each task, in their order.
     *
     * @throws SQLException of the first that failed
     */
    public <T> List<T> all(List<Task<T>> tasks) throws SQLException {
        List<Future<T>> begun = new ArrayList<>();
        for (Task<T> task : tasks) {
            begun.add(threads.submit(task::run));
        }
        List<T> results = new ArrayList<>();
        for (Future<T> each : begun) {
            results.add(result(each));
        }
        return results;
    }

    private static <T> T result(Future<T> task) throws SQLException {
        try {
            return task.get();
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

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
