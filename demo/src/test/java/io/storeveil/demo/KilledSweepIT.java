package io.storeveil.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeveil.demo.parts.ConnectWorker;
import io.storeveil.demo.parts.Home;
import io.storeveil.demo.parts.Sweep;
import io.storeveil.demo.shop.Shop;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** SIGKILL in each step of a sweep on the real parts, then the same command again: nothing is lost, nothing is done twice. */
@Tag("soak")
class KilledSweepIT {

    private static final int CLEAN = 0;
    private static final int NEEDS_PERSON = 3;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    @SuppressWarnings("NullAway.Init")
    private Stage stage;

    @SuppressWarnings("NullAway.Init")
    private Sweep sweep;

    @SuppressWarnings("NullAway.Init")
    private String run;

    /** When to kill, told by what can be seen from outside. */
    @FunctionalInterface
    private interface Moment {
        boolean hasCome();
    }

    @BeforeEach
    void start() {
        stage = new Stage(
                Home.find(),
                folder,
                folder.resolve("reports"),
                new Screen(System.out, false),
                new ConnectWorker.Options("connect", List.of(), Map.of("exactly.once.source.support", "enabled")));
        run = stage.policy.store() + "/" + Shop.BUSINESS_DATE + "/1";
    }

    @AfterEach
    void stop() {
        stage.close();
    }

    @Test
    @Timeout(value = 20, unit = TimeUnit.MINUTES)
    void killedInEachStep_theSameCommandEndsClean_andEveryChangeIsMadeAndJournalledOnce() throws Exception {
        Opening opening = new Opening(stage);
        Map<String, Integer> rows = opening.start();
        opening.fill(rows);
        sweep = stage.sweep();
        Cast cast = Cast.of(stage.store());
        Office office = new Office(stage, sweep);
        String request = office.morning(cast);
        Remains remains = new Remains(stage, cast);
        assertThat(sweep.run(command("--simulate")).exitCode()).isEqualTo(NEEDS_PERSON);
        office.approvePlan();
        Map<String, Long> before = sizes(rows);
        long version = stage.keys.currentVersion();

        kill("preflight", () -> started("preflight"));
        kill("plan", () -> started("plan"));
        kill("erase", () -> started("erase"));
        kill("erase, the request's changes committed", () -> journalled("erase") > 0);
        kill("expire", () -> started("expire"));
        kill("expire, the first chunks committed", () -> journalled("expire") > 2);
        kill("drain", () -> started("drain"));
        kill("drain, keys closed", () -> stage.keys.currentVersion() > version);
        kill("shred", () -> started("shred"));
        kill(
                "shred, keys punctured and the older state's key still there",
                () -> stage.keys.currentVersion() > version + 1);
        kill("verify", () -> started("verify"));
        kill("report", () -> started("report"));
        Sweep.Ended ended = sweep.run(command());

        assertThat(ended.exitCode()).as(String.join("\n", ended.output())).isEqualTo(CLEAN);
        assertThat(stage.control().rows("select id from storeveil.run where not simulate"))
                .extracting(found -> found.get("id"))
                .containsExactly(run);
        eachChangeIsJournalledOnce(request, before, sizes(rows));
        everySumCloses();
        assertThat(stage.control()
                        .row("select state from storeveil.request where id = ?", request)
                        .get("state"))
                .isEqualToIgnoringCase("closed");
        assertThat(sweep.run("ledger", "verify").exitCode()).isEqualTo(CLEAN);
        onlyTheCurrentStateOpens();
        // The warehouse, the taken ciphertexts of both people, and the backup of the key state.
        remains.show();
        assertThat(stage.outcome.wrong()).isEmpty();
    }

    private void eachChangeIsJournalledOnce(String request, Map<String, Long> before, Map<String, Long> after) {
        assertThat(stage.store().count("select count(*) from storeveil.journal where request = ?", request))
                .isGreaterThan(1);
        assertThat(stage.store()
                        .rows("select table_name, action, columns, row_ref, count(*) from storeveil.journal"
                                + " where request is not null and row_ref is not null"
                                + " group by 1, 2, 3, 4 having count(*) > 1"))
                .as("rows of the request that are journalled twice")
                .isEmpty();
        assertThat(stage.store()
                        .rows("select rule, count(*) from storeveil.journal where action = 'marker'"
                                + " group by run, rule, request order by rule"))
                .as("markers of the run and of the request")
                .containsExactly(Map.of("rule", "drain", "count", "1"), Map.of("rule", "request-done", "count", "1"));
        Map<String, Long> gone = new TreeMap<>();
        before.forEach((table, count) -> {
            if (count > after.getOrDefault(table, 0L)) {
                gone.put("public." + table, count - after.getOrDefault(table, 0L));
            }
        });
        Map<String, Long> deletes = new TreeMap<>();
        stage.store()
                .rows("select table_name, sum(rows) as rows from storeveil.journal where action = 'delete' group by 1")
                .forEach(found -> deletes.put(
                        String.valueOf(found.get("table_name")), Long.valueOf(String.valueOf(found.get("rows")))));
        assertThat(deletes).as("deletes in the journal, and rows that are gone").isEqualTo(gone);
    }

    private void everySumCloses() {
        assertThat(stage.control().count("select count(*) from storeveil.run_count where run = ? and done > 0", run))
                .isPositive();
        assertThat(stage.control()
                        .rows(
                                "select * from storeveil.run_count"
                                        + " where run = ? and eligible <> done + held + kept + deferred + failed",
                                run))
                .isEmpty();
        assertThat(stage.control().rows("select * from storeveil.run_count where run = ? and failed > 0", run))
                .isEmpty();
    }

    private void onlyTheCurrentStateOpens() throws Exception {
        try (Stream<Path> files = Files.list(stage.keyFolder.resolve("kek"))) {
            assertThat(files.map(file -> file.getFileName().toString()).filter(name -> name.startsWith("kek-")))
                    .as("key-encryption keys that are left")
                    .containsExactly("kek-" + stage.keys.currentVersion());
        }
    }

    /** The command must be at work when the moment comes, and its run unfinished when it is dead. */
    private void kill(String name, Moment moment) throws Exception {
        Path log = folder.resolve("killed-" + name.replaceAll("[^a-z]+", "-") + ".log");
        stage.screen.say("kill in " + name);
        Process process = sweep.start(log, command());
        try {
            while (process.isAlive() && !moment.hasCome()) {
                Thread.sleep(2);
            }
        } finally {
            process.destroyForcibly().waitFor();
        }
        // 128 + SIGKILL: it had not ended by itself
        assertThat(process.exitValue()).as(name + ":\n" + Files.readString(log)).isEqualTo(137);
        assertThat(stage.control().row("select exit_code from storeveil.run where id = ?", run))
                .as(name)
                .containsEntry("exit_code", null);
        stage.await(
                "the store's notice of the killed sweep",
                Duration.ofSeconds(30),
                () -> stage.store().count("select count(*) from pg_locks where locktype = 'advisory'") == 0);
    }

    private boolean started(String step) {
        return stage.control()
                        .count(
                                "select count(*) from storeveil.run_step where run = ? and step = ? and status = 'started'",
                                run,
                                step)
                > 0;
    }

    private long journalled(String step) {
        return stage.store().count("select count(*) from storeveil.journal where run = ? and step = ?", run, step);
    }

    private String[] command(String... more) {
        return Stream.concat(
                        Stream.of(
                                "sweep",
                                "--policy",
                                stage.policyFile.toString(),
                                "--business-date",
                                Shop.BUSINESS_DATE.toString(),
                                "--reports",
                                stage.reports.toString()),
                        Stream.of(more))
                .toArray(String[]::new);
    }

    private Map<String, Long> sizes(Map<String, Integer> tables) {
        Map<String, Long> sizes = new TreeMap<>();
        for (String table : tables.keySet()) {
            sizes.put(table, stage.store().count("select count(*) from " + table));
        }
        return sizes;
    }
}
