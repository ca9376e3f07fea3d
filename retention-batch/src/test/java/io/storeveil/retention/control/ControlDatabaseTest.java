package io.storeveil.retention.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeveil.retention.precedence.Decision;
import io.storeveil.retention.precedence.Decisions;
import io.storeveil.retention.precedence.Precedence;
import io.storeveil.retention.stores.Connections;
import io.storeveil.retention.stores.StoreServer;
import io.storeveil.retention.sweep.Run;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

class ControlDatabaseTest {

    private static final Instant NOW = Instant.parse("2026-11-23T01:00:00Z");
    private static final Run NIGHT = new Run("shop/2026-11-22/1", "shop", LocalDate.of(2026, 11, 22), 1, NOW, false);

    private static final EmbeddedPostgres SERVER = StoreServer.running();
    private static int databases;

    private DataSource control;
    private RunRecords records;

    @BeforeEach
    void emptyDatabase() {
        String name = "runs" + ++databases;
        StoreServer.admin().sql("create database " + name).update();
        control = Connections.to(SERVER.getJdbcUrl("postgres", name), "postgres");
        records = new RunRecords(control, Clock.fixed(NOW, ZoneOffset.UTC));
    }

    @Test
    void openedByManyAtOnce_isMadeOnce() throws Exception {
        ExecutorService processes = Executors.newFixedThreadPool(6);
        List<Future<?>> opened = new ArrayList<>();
        for (int process = 0; process < 6; process++) {
            opened.add(processes.submit(() -> ControlDatabase.open(control)));
        }
        for (Future<?> each : opened) {
            each.get();
        }
        processes.shutdown();

        assertThat(records.runs(10)).isEmpty();
    }

    @Test
    void aDatabaseOfANewerVersion_isRefused() {
        ControlDatabase.open(control);
        JdbcClient.create(control)
                .sql("insert into storeveil.control_version (version) values (999)")
                .update();

        assertThatThrownBy(() -> ControlDatabase.open(control))
                .isInstanceOf(ControlUnavailable.class)
                .hasMessageContaining("made by a newer Storeveil");
    }

    @Test
    void aRun_isRememberedAsItWas() {
        ControlDatabase.open(control);

        records.begin(NIGHT, "abc", "operator");
        records.begin(NIGHT, "another", "another");
        records.finish(NIGHT, 3, "plan awaits approval");

        assertThat(records.lastAttempt("shop", NIGHT.businessDate(), false))
                .contains(new RunRecord(NIGHT, "abc", "operator", NOW, NOW, 3, "plan awaits approval"));
        assertThat(records.run("shop/2026-11-22/2")).isEmpty();
    }

    @Test
    void aStepStartedAgain_beginsWithACleanPage_andOthersKeepTheirs() {
        ControlDatabase.open(control);
        records.begin(NIGHT, "abc", "operator");
        records.finding(NIGHT, "plan", Severity.INFO, null, "of another step");
        records.step(NIGHT, "erase", StepStatus.STARTED, "");
        records.finding(NIGHT, "erase", Severity.WARNING, "public.orders", "before the crash");

        records.step(NIGHT, "erase", StepStatus.STARTED, "");
        records.finding(NIGHT, "erase", Severity.DECISION, "public.orders", "after the crash");
        records.finding(NIGHT, "erase", Severity.DECISION, "public.orders", "after the crash");
        records.step(NIGHT, "erase", StepStatus.DONE, "2 requests");

        assertThat(records.findings(NIGHT.id()))
                .containsExactly(
                        new Finding("plan", Severity.INFO, null, "of another step"),
                        new Finding("erase", Severity.DECISION, "public.orders", "after the crash"));
        assertThat(records.steps(NIGHT.id()))
                .containsExactly(new StepRecord("erase", StepStatus.DONE, NOW, NOW, "2 requests"));
    }

    @Test
    void aCountWrittenTwice_isTheLaterOne() {
        ControlDatabase.open(control);
        records.begin(NIGHT, "abc", "operator");
        records.count(NIGHT, new RuleCount("public.orders", "expire", 7, 1, 0, 0, 6, 0));

        RuleCount later = new RuleCount("public.orders", "expire", 7, 4, 1, 2, 0, 0);
        records.count(NIGHT, later);

        assertThat(records.counts(NIGHT.id())).containsExactly(later).allMatch(RuleCount::closes);
    }

    @Test
    void decisionsWrittenTwice_areTheLaterOnes_andARequestTellsThoseOfItsLastRun() {
        ControlDatabase.open(control);
        Run before = new Run("shop/2026-11-21/1", "shop", LocalDate.of(2026, 11, 21), 1, NOW, false);
        records.begin(before, "abc", "operator");
        new RunRecords(control, Clock.fixed(NOW.plusSeconds(60), ZoneOffset.UTC)).begin(NIGHT, "abc", "operator");
        Decisions decisions = new Decisions(control);
        Decision held = decided("R-1", List.of(), Precedence.HOLD, "H-1", null, 2);
        Decision kept = decided(
                "R-1", List.of("total", "placed_at"), Precedence.LEGAL_MINIMUM, "AO s. 147", NIGHT.businessDate(), 3);
        Decision expired = decided(null, List.of(), Precedence.EXPIRED, "books", null, 9);

        decisions.ofRequest(before.id(), "R-1", List.of(held));
        decisions.ofRequest(NIGHT.id(), "R-1", List.of(held));
        decisions.ofRequest(NIGHT.id(), "R-1", List.of(kept));
        decisions.ofRequest(NIGHT.id(), "R-2", List.of(about(kept, "R-2", 4)));
        decisions.ofRequest("a run of a database that is gone", "R-1", List.of(held));
        decisions.ofRule(NIGHT, "public.orders", "erase", List.of(about(expired, null, 1)));
        decisions.ofRule(NIGHT, "public.orders", "erase", List.of(expired));

        assertThat(decisions.ofRequest("R-1")).containsExactly(kept);
        assertThat(decisions.of(NIGHT.id())).containsExactly(about(kept, null, 7), expired);
    }

    private static Decision decided(
            @Nullable String request,
            List<String> columns,
            Precedence by,
            String ground,
            @Nullable LocalDate until,
            long rows) {
        return new Decision(request, "public.orders", "erase", columns, false, by, ground, until, rows);
    }

    private static Decision about(Decision decision, @Nullable String request, long rows) {
        return decided(request, decision.columns(), decision.by(), decision.ground(), decision.until(), rows);
    }
}
