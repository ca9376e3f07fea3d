package io.storeveil.demo.stack;

import io.storeveil.control.KeyStatePlace;
import io.storeveil.control.SealedKeyStateStore;
import io.storeveil.demo.parts.Broker;
import io.storeveil.demo.parts.ConnectWorker;
import io.storeveil.demo.parts.Connectors;
import io.storeveil.demo.parts.Database;
import io.storeveil.demo.parts.Sweep;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** What one test class has for itself in the running stack. Not for several threads. */
public final class Scene implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofMinutes(4);
    private static final AtomicInteger COUNT = new AtomicInteger();
    private static final String NAME = "name";

    private final Stack.Running stack;
    private final String name;
    private final Path folder;
    private final Database store;
    private final Database control;
    private final Database warehouse;
    private final SealedKeyStateStore keys;
    private final Topics topics;
    private final Set<String> connectors = new TreeSet<>();
    private final Set<String> revealing = new TreeSet<>();
    private final List<ConnectWorker> furtherWorkers = new ArrayList<>();
    private @Nullable Path policy;
    private @Nullable Sweep sweep;

    Scene(Stack.Running stack, Class<?> testClass) {
        this.stack = stack;
        name = testClass.getSimpleName().toLowerCase(Locale.ROOT) + COUNT.incrementAndGet();
        folder = stack.folder().resolve(name);
        store = stack.parts().store().another(name);
        control = stack.parts().control().another(name);
        warehouse = stack.parts().warehouse().another(name);
        keys = KeyStatePlace.inDirectories(
                        List.of(keyFolder().resolve("1"), keyFolder().resolve("2")),
                        keyFolder().resolve("kek"))
                .open();
        keys.init();
        topics = new Topics(broker().bootstrapServers());
    }

    /** Of the topics, {@code prefix.schema.table}; also the store's slot, and the beginning of its connectors' names. */
    public String prefix() {
        return name;
    }

    /** For files of this test class; removed with the stack. */
    public Path folder() {
        return folder;
    }

    public Database store() {
        return store;
    }

    public Database control() {
        return control;
    }

    public Database warehouse() {
        return warehouse;
    }

    public Broker broker() {
        return stack.parts().broker();
    }

    public ConnectWorker worker() {
        return stack.parts().worker();
    }

    /** One more in the first worker's group; it lives as long as the scene. */
    public ConnectWorker secondWorker() {
        return worker("second", new ConnectWorker.Options("connect", List.of(), Stack.WORKERS));
    }

    /** @param folderName where in the scene's folder its log goes */
    public ConnectWorker worker(String folderName, ConnectWorker.Options options) {
        ConnectWorker worker = ConnectWorker.start(stack.home(), folder.resolve(folderName), broker(), options);
        furtherWorkers.add(worker);
        return worker;
    }

    public SealedKeyStateStore keys() {
        return keys;
    }

    /** {@code 1} and {@code 2} are the key state's copies, {@code kek} their keys. */
    public Path keyFolder() {
        return folder.resolve("keys");
    }

    /** Writes the policy that {@link #source} uses from now on. Always to the same file: a worker reads it once. */
    public Path policy(String text) {
        try {
            policy = Files.writeString(folder.resolve("policy.yaml"), text);
            return policy;
        } catch (IOException e) {
            throw new UncheckedIOException("no policy", e);
        }
    }

    /** The settings of Protect, without {@code transforms.protect.}. */
    public Map<String, String> protect() {
        return Connectors.protect(Objects.requireNonNull(policy, "no policy yet"), keyFolder());
    }

    /** A source connector with Protect. Creates the publication, of all tables that there are and will be. */
    public Map<String, String> source(Map<String, String> different) {
        execute("do $$ begin create publication storeveil for all tables with (publish_via_partition_root = true);"
                + " exception when duplicate_object then null; end $$");
        return named("-source", Connectors.source(store, name, protect()), different);
    }

    public Map<String, String> sink(Map<String, String> different) {
        Map<String, String> usual = new HashMap<>(Connectors.sink(warehouse, name));
        // a worker that is killed leaves a consumer, which the group waits for: 45 s by default
        usual.put("consumer.override.session.timeout.ms", "10000");
        usual.put("consumer.override.isolation.level", "read_committed");
        return named("-sink", usual, different);
    }

    /** A sink that shows what a purpose may see, in a schema of the warehouse with the purpose's name. */
    public Map<String, String> sinkFor(String purpose) {
        run(warehouse, "create schema if not exists \"" + purpose + '"');
        Map<String, String> different = new HashMap<>(Connectors.reveal(purpose, protect(), control));
        different.put(NAME, name + "-" + purpose);
        revealing.add(name + "-" + purpose);
        return sink(different);
    }

    private Map<String, String> named(String end, Map<String, String> usual, Map<String, String> different) {
        Map<String, String> settings = new HashMap<>(usual);
        settings.put(NAME, name + end);
        settings.putAll(different);
        return settings;
    }

    /** Creates these connectors, or changes them; each is removed with the scene. */
    @SafeVarargs
    public final void start(Map<String, String>... settings) {
        for (Map<String, String> connector : settings) {
            String connectorName = Objects.requireNonNull(connector.get(NAME));
            connectors.add(connectorName);
            worker().put(connectorName, connector);
        }
    }

    public void stop(String connector) {
        worker().delete(connector);
        connectors.remove(connector);
    }

    public void stopAll() {
        List.copyOf(connectors).forEach(this::stop);
    }

    /** The retention batch on this scene's databases, with the connectors of {@link #source} and its sinks so far. */
    public Sweep sweep() {
        if (sweep == null) {
            sweep = new Sweep(
                    stack.home(),
                    folder.resolve("sweep"),
                    new Sweep.Places(
                            store,
                            control,
                            warehouse,
                            broker(),
                            worker(),
                            name + "-source",
                            revealing.isEmpty() ? name + "-sink" : String.join(",", revealing),
                            name,
                            keyFolder(),
                            folder.resolve("reports")));
        }
        return sweep;
    }

    /** Runs these statements in the store, each in a transaction of its own. */
    public void execute(String... statements) {
        run(store, statements);
    }

    private static void run(Database database, String... statements) {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(database.name() + " refuses: " + e.getMessage(), e);
        }
    }

    /** The first column of the first row in the warehouse, as text; empty while there is none, nor such a table. */
    public String warehouse(String sql) {
        return first(warehouse, sql);
    }

    /** The same, of the store. */
    public String stored(String sql) {
        return first(store, sql);
    }

    private static String first(Database database, String sql) {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(sql)) {
            return found.next() ? String.valueOf(found.getString(1)) : "";
        } catch (SQLException e) {
            return "";
        }
    }

    /** All records so far of a table of the schema {@code public}. */
    public List<Topics.Record> records(String table) {
        return topics.read(name + ".public." + table);
    }

    /** Runs a statement in the warehouse. */
    public void change(String sql) {
        run(warehouse, sql);
    }

    public Topics topics() {
        return topics;
    }

    /** Until it holds; a failed task of one of the scene's connectors ends the wait at once. */
    public void await(String what, Callable<Boolean> condition) {
        awaitWhatever(what, () -> {
            connectors.forEach(worker()::check);
            return condition.call();
        });
    }

    /** Until it holds, whatever becomes of the connectors. */
    public void awaitWhatever(String what, Callable<Boolean> condition) {
        long end = System.nanoTime() + LIMIT.toNanos();
        try {
            while (!condition.call()) {
                if (System.nanoTime() > end) {
                    throw new AssertionError("not within " + LIMIT.toSeconds() + " s: " + what);
                }
                Thread.sleep(100);
            }
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("while waiting for: " + what, e);
        }
    }

    @Override
    public void close() {
        furtherWorkers.forEach(ConnectWorker::close);
        if (broker().jvm().isAlive()) {
            broker().jvm().resume();
        } else {
            broker().startAgain();
        }
        if (worker().jvm().isAlive()) {
            worker().jvm().resume();
        } else {
            worker().startAgain();
        }
        connectors.forEach(worker()::delete);
        topics.delete(name);
        store.drop();
        control.drop();
        warehouse.drop();
    }
}
