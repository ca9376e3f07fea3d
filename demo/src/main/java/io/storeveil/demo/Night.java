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
        screen.part("plan", "The first night: the erasure is carried out; rules that nobody has approved only look");
        Sweep.Ended ended = run();
        counts("done > 0");
        stage.outcome.expect(ended.exitCode() == 3, "exit code 3: done, and something needs a person");
        office.approvePlan();
    }

    void secondSweep() throws IOException {
        screen.part("sweep", "The second night: what has expired goes");
        Sweep.Ended ended = run();
        counts("true");
        stage.outcome.expect(ended.exitCode() == 0, "exit code 0: done and clean");
        stage.outcome.expect(stage.outcome.expired > 0, "what had expired is gone, and every sum closes");
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
        if (ended.exitCode() == 1 || ended.exitCode() == 2) {
            ended.output().forEach(screen::quiet);
        }
        return ended;
    }

    /** From what the sweep wrote down for its report: the sums that must close. */
    private void counts(String which) {
        List<Map<String, @Nullable String>> counted = stage.control()
                .rows(
                        """
                select table_name, rule, eligible, done, held, kept, deferred, failed from storeveil.run_count
                where run = (select id from storeveil.run order by started_at desc limit 1) and %s
                order by table_name, rule"""
                                .formatted(which));
        List<List<String>> rows = new ArrayList<>();
        for (Map<String, @Nullable String> row : counted) {
            String table = String.valueOf(row.get("table_name"));
            String rule = String.valueOf(row.get("rule"));
            List<String> cells = new ArrayList<>(List.of(shortened(table, table), shortened(rule, table)));
            for (String column : new String[] {"eligible", "done", "held", "kept", "deferred", "failed"}) {
                cells.add(Screen.count(number(row, column)));
            }
            rows.add(cells);
            if (!rule.equals("erase")) {
                stage.outcome.expired += number(row, "done");
            }
            stage.outcome.held += number(row, "held");
        }
        if (!rows.isEmpty()) {
            screen.table(List.of("table", "rule", "eligible", "done", "held", "kept", "deferred", "failed"), rows);
            screen.say("");
        }
    }

    /** Without the schema, and without the table where the column beside says it. */
    static String shortened(String text, String table) {
        return text.equals(table)
                ? table.replaceFirst("^public[.]", "")
                : text.replace(" " + table, "").replace("public.", "");
    }

    private void report() throws IOException {
        try (Stream<Path> files = Files.exists(stage.reports) ? Files.walk(stage.reports) : Stream.empty()) {
            Optional<Path> newest = files.filter(
                            file -> file.getFileName().toString().matches("report-.*[.]html"))
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
