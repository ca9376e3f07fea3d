package io.storeveil.demo;

import io.storeveil.control.KeyStatePlace;
import io.storeveil.control.SealedKeyStateStore;
import io.storeveil.demo.parts.ConnectWorker;
import io.storeveil.demo.parts.Connectors;
import io.storeveil.demo.parts.Home;
import io.storeveil.demo.parts.Parts;
import io.storeveil.demo.parts.Sweep;
import io.storeveil.policy.Column;
import io.storeveil.policy.Policy;
import io.storeveil.policy.PolicyLoader;
import io.storeveil.policy.TableName;
import io.storeveil.protect.Pseudonym;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;

/** Everything that the story needs at hand. */
final class Stage implements AutoCloseable {

    final Home home;
    final Path work;
    final Path reports;
    final Path keyFolder;
    final Screen screen;
    final Outcome outcome;
    final Parts parts;
    final Policy policy;
    /** In force; the first is the project's own. */
    Path policyFile;
    /** All that the sweep waits for, separated by commas. */
    String sinks = Connectors.SINK;

    final SealedKeyStateStore keys;

    Stage(Home home, Path work, Path reports, Screen screen) {
        this(home, work, reports, screen, ConnectWorker.Options.DEFAULT);
    }

    /** @param worker how its worker differs from the demo's */
    Stage(Home home, Path work, Path reports, Screen screen, ConnectWorker.Options worker) {
        this.home = home;
        this.work = work;
        this.reports = reports;
        this.screen = screen;
        outcome = new Outcome(screen);
        policyFile = home.policy();
        policy = PolicyLoader.load(policyFile);
        keyFolder = work.resolve("keys");
        keys = KeyStatePlace.inDirectories(
                        List.of(keyFolder.resolve("1"), keyFolder.resolve("2")), keyFolder.resolve("kek"))
                .open();
        parts = Parts.start(home, work, worker);
    }

    Look store() {
        return new Look(parts.store());
    }

    Look warehouse() {
        return new Look(parts.warehouse());
    }

    Look control() {
        return new Look(parts.control());
    }

    Sweep sweep() {
        return new Sweep(
                home,
                work.resolve("sweep"),
                new Sweep.Places(
                        parts.store(),
                        parts.control(),
                        parts.warehouse(),
                        parts.broker(),
                        parts.worker(),
                        Connectors.SOURCE,
                        sinks,
                        Connectors.PREFIX,
                        keyFolder,
                        reports));
    }

    /** Puts the connectors to work, or to work with another policy. */
    void capture() {
        parts.worker().put(Connectors.SINK, Connectors.sink(parts.warehouse(), Connectors.PREFIX));
        parts.worker()
                .put(
                        Connectors.SOURCE,
                        Connectors.source(parts.store(), Connectors.PREFIX, Connectors.protect(policyFile, keyFolder)));
    }

    /** What the policy says of the columns of a table of the shop. */
    Map<String, Column> columns(String table) {
        return policy.table(new TableName("public", table)).orElseThrow().columns();
    }

    /** What this key is called in the stream and in the warehouse. */
    String pseudonym(String table, String column, Object value) {
        String domain =
                Objects.requireNonNull(columns(table).get(column), column).domain();
        return Pseudonym.of(keys.current(), domain, value);
    }

    /** Waits for something that the connectors bring about; a failed connector ends the wait at once. */
    void await(String what, Duration limit, BooleanSupplier condition) {
        long end = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            parts.worker().check(Connectors.SOURCE);
            parts.worker().check(Connectors.SINK);
            if (System.nanoTime() > end) {
                throw new IllegalStateException(
                        what + " has not happened after " + limit.toSeconds() + " s; see the logs in " + work);
            }
            try {
                Thread.sleep(250);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while waiting: " + what, e);
            }
        }
    }

    @Override
    public void close() {
        parts.close();
    }
}
