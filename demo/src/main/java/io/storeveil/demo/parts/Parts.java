package io.storeveil.demo.parts;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/** The store, the warehouse, the control database, the broker and the Connect worker, started side by side. */
public final class Parts implements AutoCloseable {

    private final Deque<AutoCloseable> started = new ArrayDeque<>();
    private final CompletableFuture<PostgresCluster> store;
    private final CompletableFuture<PostgresCluster> warehouse;
    private final CompletableFuture<PostgresCluster> control;
    private final CompletableFuture<Broker> broker;
    private final CompletableFuture<ConnectWorker> worker;

    private Parts(Home home, Path folder, ConnectWorker.Options options) {
        broker = start(() -> Broker.start(home, folder.resolve("kafka")));
        store = start(() -> PostgresCluster.start(folder.resolve("store"), "shop"));
        warehouse = start(() -> PostgresCluster.start(folder.resolve("warehouse"), "warehouse"));
        control = start(() -> PostgresCluster.start(folder.resolve("control"), "control"));
        worker = broker.thenApplyAsync(
                ready -> remember(ConnectWorker.start(home, folder.resolve("connect"), ready, options)));
    }

    /** Begins to start everything, and returns at once; each part is waited for where it is asked for. */
    public static Parts start(Home home, Path folder) {
        return start(home, folder, ConnectWorker.Options.DEFAULT);
    }

    /** @param worker how the worker differs from the demo's */
    public static Parts start(Home home, Path folder, ConnectWorker.Options worker) {
        return new Parts(home, folder, worker);
    }

    public Database store() {
        return await(store).database();
    }

    public Database warehouse() {
        return await(warehouse).database();
    }

    public Database control() {
        return await(control).database();
    }

    public Broker broker() {
        return await(broker);
    }

    public ConnectWorker worker() {
        return await(worker);
    }

    /** Stops what has been started, the last first, also what is still starting. */
    @Override
    public void close() {
        for (CompletableFuture<?> part : new CompletableFuture<?>[] {worker, broker, store, warehouse, control}) {
            try {
                part.join();
            } catch (CompletionException e) {
                // said where the part was asked for; the others are stopped all the same
            }
        }
        synchronized (started) {
            while (!started.isEmpty()) {
                try {
                    started.pop().close();
                } catch (Exception e) {
                    throw new IllegalStateException("a part does not stop", e);
                }
            }
        }
    }

    private <T extends AutoCloseable> CompletableFuture<T> start(Supplier<T> part) {
        return CompletableFuture.supplyAsync(() -> remember(part.get()));
    }

    private <T extends AutoCloseable> T remember(T part) {
        synchronized (started) {
            started.push(part);
        }
        return part;
    }

    private static <T> T await(CompletableFuture<T> part) {
        try {
            return part.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }
}
