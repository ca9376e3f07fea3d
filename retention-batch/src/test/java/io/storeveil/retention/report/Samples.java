package io.storeveil.retention.report;

import io.storeveil.retention.control.Finding;
import io.storeveil.retention.control.RuleCount;
import io.storeveil.retention.control.Severity;
import io.storeveil.retention.control.StepRecord;
import io.storeveil.retention.control.StepStatus;
import io.storeveil.retention.ledger.RunSeal;
import io.storeveil.retention.plan.PlanStep;
import io.storeveil.retention.precedence.Decision;
import io.storeveil.retention.precedence.Precedence;
import io.storeveil.retention.report.Report.HandledRequest;
import io.storeveil.retention.report.Report.Kept;
import io.storeveil.retention.report.Report.KeyFacts;
import io.storeveil.retention.report.Report.Night;
import io.storeveil.retention.report.Report.OpenRequest;
import io.storeveil.retention.report.Report.PolicyFacts;
import io.storeveil.retention.report.Report.PreviousReport;
import io.storeveil.retention.report.Report.RunFacts;
import io.storeveil.retention.report.Report.Unsigned;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reports as a real night makes them. */
final class Samples {

    static final Instant NIGHT = Instant.parse("2026-11-23T23:00:00Z");
    private static final String SHA = "8e35c2cd3bf6641bdb0e2050b76932cbb2e6034a0ddacc1d9bea82a6ba57f7cf";

    private Samples() {}

    static Report clean() {
        return report(sums(), List.of(), List.of(), List.of());
    }

    static Report withSums(List<RuleCount> sums) {
        return report(sums, List.of(), List.of(), List.of());
    }

    static Report withFindings(List<Finding> findings) {
        return report(sums(), findings, List.of(), List.of());
    }

    static Report withOpen(List<OpenRequest> open) {
        return report(sums(), List.of(), open, List.of());
    }

    static Report busy() {
        return report(
                sums(),
                List.of(
                        new Finding(
                                "preflight",
                                Severity.WARNING,
                                "public.loyalty_card",
                                "the policy does not name this table: nothing of it is streamed, nothing of it is swept"),
                        new Finding(
                                "preflight",
                                Severity.WARNING,
                                "public.customer.nickname",
                                "the stream holds it back, as the policy does not know it: fields so far: 4"),
                        new Finding(
                                "plan",
                                Severity.DECISION,
                                "public.orders",
                                "rule 'delete public.orders'" + PlanStep.TRIPPED
                                        + "abnormal: 41,200 rows, where 14 nights before took 1,842; 'plan approve"
                                        + " shop/2026-11-23/1' lets it take them"),
                        new Finding(
                                "plan",
                                Severity.DECISION,
                                "public.newsletter",
                                "the rule for expired rows has never run; 412 rows were observed: storeveil plan show, then plan approve"),
                        new Finding(
                                "drain",
                                Severity.DECISION,
                                null,
                                "not drained: the sink's group connect-warehouse is 1,204 records behind in shop.public.orders; wait or look at the sink's task"),
                        new Finding(
                                "expire",
                                Severity.INFO,
                                "public.customer",
                                "37 rows have no clock (last_login_at is null) and never expire"),
                        new Finding(
                                "verify",
                                Severity.INFO,
                                null,
                                "48 tables and JSON paths were searched for 3 people; none was found")),
                List.of(
                        new OpenRequest(
                                "R-2026-0031",
                                "erasure",
                                "71aa03cd9be244f0a1d3e6b7c8091f22",
                                "verified",
                                LocalDate.parse("2026-10-20"),
                                LocalDate.parse("2026-11-20")),
                        new OpenRequest(
                                "R-2026-0036",
                                "access",
                                "c49d07e1aa53b6f8901c2d3e4f5a6b7c",
                                "received",
                                LocalDate.parse("2026-10-28"),
                                LocalDate.parse("2026-11-28")),
                        new OpenRequest(
                                "R-2026-0040",
                                "erasure",
                                "0d8f27b6c1e94a35bb18c0aa91e2d7f4",
                                "received",
                                LocalDate.parse("2026-11-19"),
                                LocalDate.parse("2026-12-19"))),
                List.of(new Unsigned("shop/2026-11-16/1", LocalDate.parse("2026-11-16"), 5)));
    }

    static Report failed() {
        List<RuleCount> sums = new ArrayList<>(sums());
        sums.set(2, new RuleCount("public.order_line", "delete public.order_line", 5_310, 5_290, 12, 0, 5, 0));
        Report report = report(
                sums,
                List.of(
                        new Finding(
                                "drain",
                                Severity.FAILED,
                                null,
                                "connector shop-source tolerates errors (errors.tolerance=all): a skipped record could still hold a person; set it to none and start the sweep again")),
                List.of(),
                List.of());
        List<StepRecord> steps = new ArrayList<>(report.steps().subList(0, 5));
        steps.set(
                4,
                new StepRecord(
                        "drain",
                        StepStatus.FAILED,
                        NIGHT.plusSeconds(171),
                        NIGHT.plusSeconds(173),
                        "connector shop-source tolerates errors"));
        return new Report(
                report.run(),
                report.policy(),
                report.writtenAt(),
                steps,
                sums,
                report.decisions(),
                report.findings(),
                List.of(),
                List.of(),
                new KeyFacts(41L, 42L, 0, null),
                report.seal(),
                report.trend(),
                report.previous(),
                List.of());
    }

    private static Report report(
            List<RuleCount> sums, List<Finding> findings, List<OpenRequest> open, List<Unsigned> unsigned) {
        return new Report(
                new RunFacts(
                        "shop/2026-11-23/1",
                        "shop",
                        LocalDate.parse("2026-11-23"),
                        1,
                        false,
                        NIGHT,
                        NIGHT.plusSeconds(60),
                        NIGHT.plusSeconds(299)),
                new PolicyFacts(
                        "Example Store GmbH",
                        "dpo@example.store",
                        ZoneId.of("Europe/Berlin"),
                        SHA,
                        "dpo",
                        LocalDate.parse("2027-11-01")),
                NIGHT.plusSeconds(300),
                steps(),
                sums,
                decisions(),
                findings,
                open,
                List.of(handled()),
                new KeyFacts(41L, 43L, 1_866, NIGHT.plusSeconds(262)),
                new RunSeal.Sealed(37, SHA.replace('8', '5'), 412, SHA.replace('c', 'd')),
                nights(),
                new PreviousReport(
                        "shop/2026-11-22/1", "3b1f0c9a77de4521c8a9e0b4f6d2137788c0e5a94b2d6f1e0a3c5b7d9f8e6a42"),
                unsigned);
    }

    private static List<RuleCount> sums() {
        return List.of(
                new RuleCount("public.customer", "erase", 3, 2, 1, 0, 0, 0),
                new RuleCount("public.orders", "erase", 11, 4, 0, 7, 0, 0),
                new RuleCount("public.order_line", "delete public.order_line", 5_310, 5_290, 12, 0, 8, 0),
                new RuleCount("public.orders", "delete public.orders", 1_842, 1_830, 0, 4, 8, 0),
                new RuleCount("public.customer", "delete public.customer", 214, 201, 2, 11, 0, 0),
                new RuleCount("public.newsletter", "delete public.newsletter", 0, 0, 0, 0, 0, 0),
                new RuleCount("public.review", "delete public.review", 0, 0, 0, 0, 0, 0));
    }

    private static List<Decision> decisions() {
        List<String> none = List.of();
        LocalDate until = LocalDate.parse("2034-12-31");
        return List.of(
                decision("public.customer", "erase", none, false, Precedence.HOLD, "", null, 1),
                decision("public.customer", "erase", none, false, Precedence.ERASURE, "", null, 2),
                decision("public.orders", "erase", none, false, Precedence.LEGAL_MINIMUM, "AO s. 147", until, 7),
                decision("public.orders", "erase", none, false, Precedence.ERASURE, "", null, 4),
                decision(
                        "public.orders",
                        "erase",
                        List.of("ship_name", "ship_street"),
                        true,
                        Precedence.ERASURE,
                        "",
                        null,
                        7),
                expired("public.order_line", Precedence.HOLD, "", null, 12),
                expired("public.order_line", Precedence.EXPIRED, "books", null, 5_298),
                expired("public.orders", Precedence.RESTRICTION, "", null, 4),
                expired("public.orders", Precedence.EXPIRED, "books", null, 1_838),
                expired("public.customer", Precedence.HOLD, "", null, 2),
                expired("public.customer", Precedence.LEGAL_MINIMUM, "AO s. 147, for rows that refer to it", until, 8),
                expired("public.customer", Precedence.OPEN_CONTRACT, "the oldest untouched since 2019-04-02", null, 3),
                expired("public.customer", Precedence.EXPIRED, "contract", null, 201));
    }

    private static Decision expired(String table, Precedence by, String ground, @Nullable LocalDate until, long rows) {
        return decision(table, "delete " + table, List.of(), false, by, ground, until, rows);
    }

    private static Decision decision(
            String table,
            String rule,
            List<String> columns,
            boolean besides,
            Precedence by,
            String ground,
            @Nullable LocalDate until,
            long rows) {
        return new Decision(null, table, rule, columns, besides, by, ground, until, rows);
    }

    private static HandledRequest handled() {
        return new HandledRequest(
                "R-2026-0027",
                "erasure",
                "5f0e9c3a77b1d24408aa6ce19f3b2d70",
                "shredded",
                List.of(
                        "public.customer: 1 row deleted",
                        "public.address: 2 rows deleted",
                        "public.orders: 7 rows anonymised (ship_name, ship_street)"),
                List.of(new Kept("public.orders: id, total, placed_at", "AO s. 147", LocalDate.parse("2034-12-31"))),
                List.of("12 keys, effective 2026-11-24 00:04:22 CET"),
                List.of("shop.public.customer: birth year, pseudonym of id; until compaction, at most 7 days"),
                "certificate-R-2026-0027.html");
    }

    private static List<StepRecord> steps() {
        List<StepRecord> steps = new ArrayList<>();
        Instant at = NIGHT.plusSeconds(60);
        Object[][] took = {
            {"preflight", 2, "14 tables, 61 columns, 11 foreign keys"},
            {"plan", 4, "7 rules, 3 requests"},
            {"erase", 6, "2 people"},
            {"expire", 97, "7,321 rows"},
            {"drain", 41, "marker read back at LSN 0/1A2B3C8"},
            {"shred", 12, "key state 41 to 43"},
            {"verify", 8, "nothing found"},
            {"report", 0, ""}
        };
        for (Object[] step : took) {
            Instant end = at.plusSeconds((Integer) step[1]);
            steps.add(new StepRecord((String) step[0], StepStatus.DONE, at, end, (String) step[2]));
            at = end;
        }
        return steps;
    }

    private static List<Night> nights() {
        List<Night> nights = new ArrayList<>();
        long[] done = {6_120, 5_904, 7_013, 6_630, 5_211, 4_980, 6_402, 7_115, 6_871, 6_044, 5_630, 6_920, 7_208, 7_327
        };
        for (int i = 0; i < done.length; i++) {
            nights.add(new Night(
                    LocalDate.parse("2026-11-10").plusDays(i),
                    1,
                    done[i],
                    i == 4 ? 900 : 16,
                    i == 9 ? 350 : 0,
                    "Clean"));
        }
        return nights;
    }
}
