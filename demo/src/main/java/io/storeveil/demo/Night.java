package io.storeveil.demo;

import io.storeveil.demo.parts.Sweep;
import io.storeveil.demo.shop.Shop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The nightly sweep: the first only plans, the second does what a person has approved. */
final class Night {

    private final Stage stage;
    private final Screen screen;
    private final Sweep sweep;

    Night(Stage stage, Sweep sweep) {
        this.stage = stage;
        this.screen = stage.screen;
        this.sweep = sweep;
    }

    void firstSweep(Office office) {
        screen.part("plan", "The first night: nothing goes that nobody has approved");
        Sweep.Ended ended = run();
        stage.outcome.expect(ended.exitCode() == 3, "exit code 3: it has planned, and needs a person");
        office.approvePlan();
    }

    void secondSweep() throws IOException {
        screen.part("sweep", "The sweep");
        Sweep.Ended ended = run();
        stage.outcome.expect(ended.exitCode() == 0, "exit code 0: done and clean");
        counts();
        report();
    }

    private Sweep.Ended run() {
        screen.command("sweep --business-date " + Shop.BUSINESS_DATE);
        Sweep.Ended ended = sweep.run(
                "sweep",
                "--policy",
                stage.policyFile.toString(),
                "--business-date",
                Shop.BUSINESS_DATE.toString(),
                "--reports",
                stage.reports.toString());
        ended.output().stream().limit(40).forEach(screen::quiet);
        return ended;
    }

    /** From what the sweep wrote down for its report: the sums that must close. */
    private void counts() {
        List<Map<String, @Nullable String>> counted = stage.control()
                .rows(
                        """
                select table_name, rule, eligible, done, held, kept, deferred, failed from storeveil.run_count
                where run = (select id from storeveil.run order by started_at desc limit 1)
                order by table_name, rule""");
        List<List<String>> rows = new ArrayList<>();
        for (Map<String, @Nullable String> row : counted) {
            rows.add(row.values().stream().map(String::valueOf).toList());
            String rule = String.valueOf(row.get("rule"));
            if (rule.startsWith("expire")) {
                stage.outcome.expired += number(row, "done");
            }
            stage.outcome.held += number(row, "held");
        }
        if (!rows.isEmpty()) {
            screen.say("");
            screen.table(List.of("table", "rule", "eligible", "done", "held", "kept", "deferred", "failed"), rows);
            screen.say("");
        }
        stage.outcome.expect(stage.outcome.expired > 0, "what had expired is gone");
    }

    private void report() throws IOException {
        try (Stream<Path> files = Files.exists(stage.reports) ? Files.walk(stage.reports) : Stream.empty()) {
            Optional<Path> newest = files.filter(file -> file.toString().endsWith(".html"))
                    .max(Comparator.comparing(file -> file.toFile().lastModified()));
            stage.outcome.report = newest.map(Path::toString).orElse("");
            stage.outcome.expect(newest.isPresent(), "the report is written: " + stage.outcome.report);
        }
    }

    private static long number(Map<String, @Nullable String> row, String column) {
        @Nullable String value = row.get(column);
        return value == null ? 0 : Long.parseLong(value);
    }
}
