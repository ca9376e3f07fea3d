package io.storeveil.retention.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.storeveil.retention.control.RuleCount;
import io.storeveil.retention.precedence.Decision;
import io.storeveil.retention.precedence.Decisions;
import io.storeveil.retention.precedence.Precedence;
import io.storeveil.retention.report.ReportStep;
import io.storeveil.retention.settings.Settings;
import io.storeveil.retention.stores.StoreServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One row for each line of the precedence, as the sweep decides about it, and as the report, its JSON and its CSV say it. */
class PrecedenceTest {

    private static final String LAW = "a law still asks for it: AO s. 147";
    private static final String UNTIL = ", until 2034-12-31 at the latest";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    private final Settings.Database store = StoreServer.database("precedence");
    private final Settings.Database control = Shop.control("precedence_control");

    @SuppressWarnings("NullAway.Init") // opened before each test
    private Shop shop;

    /** Whose name is for marketing, on which they decide; 7 Gus, 8 Hal and 9 Ida have been gone as long as Dora. */
    @BeforeEach
    void openShop() throws Exception {
        shop = shop("");
        shop.sql(Shop.resource("shop.sql"));
        shop.sql(
                """
                insert into customer values
                    (7, 'gus@x.example', 'Gus', 'h', '2012-01-01', null, null),
                    (8, 'hal@x.example', 'Hal', 'h', '2012-01-01', null, null),
                    (9, 'ida@x.example', 'Ida', 'h', '2012-01-01', null, null);
                alter table message alter sent_at drop not null;
                insert into message values (800, null, 8, 'Hal asks', null)""");
    }

    private Shop shop(String inactive) throws Exception {
        String policy = Shop.resource("shop.yaml")
                .replace("name: identity,", "name: { is: identity, for: [marketing] },")
                .replace("basis: consent, keep: P10Y", "basis: consent, keep: P3Y")
                .replace("    open: {", inactive + "    open: {");
        Path file = Files.writeString(directory.resolve("policy.yaml"), policy);
        return new Shop(directory, file, store.url(), control.url());
    }

    private void refuses(String customer) {
        shop.sql("insert into storeveil.refusal values ('customer', 'marketing', '" + customer + "')");
    }

    private List<String> customers(String ids) {
        return shop.rows("select id, email, name from customer where id in (" + ids + ")");
    }

    /** What the precedence accounts for of a sum. */
    static long decided(Shop shop, Run run, RuleCount count) {
        return new Decisions(shop.control)
                .of(run.id()).stream()
                        .filter(decision -> decision.table().equals(count.table())
                                && decision.rule().equals(count.rule())
                                && !decision.besides())
                        .mapToLong(Decision::rows)
                        .sum();
    }

    private List<Tuple> decisions(Run run, String table, String rule) {
        return new Decisions(shop.control)
                .of(run.id()).stream()
                        .filter(decision -> decision.table().equals(table)
                                && decision.rule().equals(rule))
                        .map(decision -> tuple(decision.by(), decision.columns(), decision.rows(), decision.words()))
                        .toList();
    }

    private void everySumCloses(Run run) {
        assertThat(shop.records().counts(run.id()))
                .isNotEmpty()
                .allMatch(RuleCount::closes)
                .allSatisfy(count -> assertThat(decided(shop, run, count))
                        .as("by the lines of the precedence, of %s", count)
                        .isEqualTo(count.eligible()));
    }

    private RuleCount count(Run run, String rule) {
        return shop.records().counts(run.id()).stream()
                .filter(count ->
                        count.table().equals("public.customer") && count.rule().equals(rule))
                .findFirst()
                .orElseThrow();
    }

    private record Pages(JsonNode json, List<String> csv, String html) {}

    private Pages report(Run run) throws Exception {
        new ReportStep()
                .write(new SweepContext(
                        run, shop.policy, shop.settings, shop.store, shop.control, shop.keys, shop.clock));
        String name = "report-" + run.id().replace('/', '-');
        Path reports = shop.settings.reports();
        return new Pages(
                JsonMapper.shared().readTree(reports.resolve(name + ".json").toFile()),
                Files.readAllLines(reports.resolve(name + ".csv")),
                Files.readString(reports.resolve(name + ".html")));
    }

    private static List<String> whys(JsonNode json, String table, String rule) {
        return json.path("precedence").values().stream()
                .filter(decision -> decision.path("table").asString().equals(table)
                        && decision.path("rule").asString().equals(rule))
                .map(decision -> decision.path("line").asInt() + " "
                        + decision.path("rows").asLong() + " "
                        + decision.path("why").asString())
                .toList();
    }

    @Test
    void byExpiry_eachLineDecidesAboutItsRow_andSaysWhy() throws Exception {
        shop.hold("customer", "4");
        shop.restrict("customer", "7");
        refuses("2");
        shop.approveEverything();
        List<String> staying = customers("4, 5, 7");

        Run run = shop.sweep().run();

        assertThat(customers("4, 5, 7")).as("held, open, restricted").isEqualTo(staying);
        assertThat(customers("2, 3, 6, 8, 9"))
                .as("2 has withdrawn; 6 and 8 are stubs; 3 and 9 are gone")
                .containsExactly("(2,bob@x.example,redacted)", "(6,redacted-6,redacted)", "(8,redacted-8,redacted)");
        assertThat(decisions(run, "public.customer", "delete public.customer"))
                .containsExactly(
                        tuple(Precedence.HOLD, List.of(), 1L, "a legal hold freezes it"),
                        tuple(Precedence.RESTRICTION, List.of(), 1L, "processing is restricted"),
                        tuple(Precedence.LEGAL_MINIMUM, List.of(), 1L, LAW + ", for rows that refer to it" + UNTIL),
                        tuple(
                                Precedence.OPEN_CONTRACT,
                                List.of(),
                                1L,
                                "a contract is open: the oldest untouched since 2012-03-01"),
                        tuple(Precedence.EXPIRED, List.of(), 2L, "every purpose has ended: contract, marketing"),
                        tuple(Precedence.KEPT, List.of(), 1L, "it is still needed: rows that stay refer to it"));
        assertThat(count(run, "delete public.customer"))
                .isEqualTo(new RuleCount("public.customer", "delete public.customer", 7, 2, 1, 4, 0, 0));
        String refused = "anonymise public.customer (marketing), refused by customer";
        assertThat(decisions(run, "public.customer", refused))
                .containsExactly(tuple(
                        Precedence.CONSENT_WITHDRAWN,
                        List.of("name"),
                        1L,
                        "the consent it rested on is withdrawn: marketing"));
        everySumCloses(run);

        Pages pages = report(run);
        assertThat(whys(pages.json, "public.customer", "delete public.customer"))
                .containsExactly(
                        "1 1 a legal hold freezes it",
                        "2 1 processing is restricted",
                        "3 1 " + LAW + ", for rows that refer to it" + UNTIL,
                        "6 1 a contract is open: the oldest untouched since 2012-03-01",
                        "7 2 every purpose has ended: contract, marketing",
                        "8 1 it is still needed: rows that stay refer to it");
        assertThat(pages.csv)
                .anySatisfy(line -> assertThat(line)
                        .contains("public.customer,delete public.customer,7,2,1,4,0,0,yes,1,1,1,0,0,1,2,1,")
                        .contains("1 restriction: processing is restricted; 1 legal minimum: " + LAW))
                .anySatisfy(line -> assertThat(line).contains(refused + "\",1,1,0,0,0,0,yes,0,0,0,0,1,0,0,0,1 (name)"));
        assertThat(pages.html)
                .contains("2 restriction</span> processing is restricted")
                .contains("5 consent withdrawn</span> <span class=\"mono\">name</span>")
                .doesNotContain("not decided about");
    }

    @Test
    void byRequest_eachLineDecidesAboutItsRow_andSaysWhy() throws Exception {
        shop.hold("customer", "4");
        shop.restrict("customer", "7");
        for (String customer : new String[] {"1", "2", "4", "5", "7"}) {
            shop.eraseByRequest("R-" + customer, "customer", customer);
        }
        List<String> staying = customers("4, 5, 7");

        Run run = shop.sweep().run();

        assertThat(customers("4, 5, 7")).as("held, open, restricted").isEqualTo(staying);
        assertThat(customers("1")).containsExactly("(1,redacted-1,redacted)");
        assertThat(ofRequest("R-4")).containsExactly("public.customer 1 hold: a legal hold freezes it: H-4");
        assertThat(ofRequest("R-7")).containsExactly("public.customer 2 restriction: processing is restricted: R-7");
        assertThat(ofRequest("R-5"))
                .containsExactly("public.customer 6 open contract: a contract is open: the approval waits for its end");
        assertThat(ofRequest("R-1"))
                .contains(
                        "public.orders 3 legal minimum: " + LAW + UNTIL,
                        "public.orders[id, customer_id, total, status, placed_at] 3 legal minimum: " + LAW + UNTIL,
                        "public.orders[ship_name] 4 erasure: its erasure was approved",
                        "public.message 4 erasure: its erasure was approved",
                        "public.customer 8 kept: it is still needed: rows that stay refer to it");
        assertThat(ofRequest("R-2")).contains("public.address 8 kept: it is still needed: others need it");
        assertThat(count(run, "erase"))
                .as("Ann and Bob, Dora, Gus, and Emil")
                .isEqualTo(new RuleCount("public.customer", "erase", 5, 2, 1, 1, 1, 0));
        everySumCloses(run);

        Pages pages = report(run);
        assertThat(whys(pages.json, "public.customer", "erase"))
                .contains(
                        "1 1 a legal hold freezes it",
                        "2 1 processing is restricted",
                        "6 1 a contract is open: the approval waits for its end",
                        "8 2 it is still needed: rows that stay refer to it");
        assertThat(pages.csv).anySatisfy(line -> assertThat(line)
                .contains("public.customer,erase,5,2,1,1,1,0,yes,1,1,0,0,0,1,0,2,"));
        assertThat(pages.html).contains("2 restriction</span> processing is restricted");
        assertThat(Files.readString(shop.settings.reports().resolve("certificate-R-1-shop-2026-11-23-1.json")))
                .contains("in 1 row of the store: a law still asks for it", "\"ground\" : \"AO s. 147\"");
    }

    private Stream<String> said(String request) {
        return new Decisions(shop.control)
                .ofRequest(request).stream()
                        .map(decision -> decision.table()
                                + (decision.columns().isEmpty() ? "" : decision.columns())
                                + " " + decision.by().number() + " "
                                + decision.by().label() + ": "
                                + decision.words());
    }

    private List<String> ofRequest(String request) {
        return said(request).toList();
    }

    @Test
    void ofTwoLines_theFirstDecides() throws Exception {
        shop.hold("customer", "4");
        shop.sql("insert into storeveil.hold (id, subject_kind, subject_key, line)"
                + " values ('R-9', 'customer', '4', 'restriction')");
        shop.restrict("customer", "5");
        shop.restrict("customer", "2");
        shop.sql("insert into orders values (61, 6, 'Fay', 1, 'open', '2022-01-01')");
        shop.sql("insert into orders values (81, 8, 'Hal', 1, 'open', '2012-01-01')");
        refuses("2");
        shop.eraseByRequest("R-1", "customer", "4");
        shop.eraseByRequest("R-2", "customer", "5");
        shop.approveEverything();
        List<String> staying = customers("2, 4, 5, 8");

        Run run = shop.sweep().run();

        assertThat(customers("2, 4, 5, 8")).isEqualTo(staying);
        assertThat(ofRequest("R-1"))
                .as("a hold, a restriction, and an approved erasure")
                .containsExactly("public.customer 1 hold: a legal hold freezes it: H-4");
        assertThat(ofRequest("R-2"))
                .as("a restriction, an approved erasure, and an open contract")
                .containsExactly("public.customer 2 restriction: processing is restricted: R-5");
        assertThat(decisions(run, "public.customer", "delete public.customer"))
                .as("4 is held; 5 restricted, with an open contract; 6 in the books, with an open contract; 8 has one,"
                        + " and rows that stay")
                .extracting(decision ->
                        decision.toList().get(0) + " " + decision.toList().get(2))
                .containsExactly("HOLD 1", "RESTRICTION 1", "LEGAL_MINIMUM 1", "OPEN_CONTRACT 1", "EXPIRED 3");
        assertThat(decisions(run, "public.customer", "anonymise public.customer (marketing), refused by customer"))
                .as("2 has withdrawn, and is restricted")
                .extracting(decision -> decision.toList().get(0))
                .containsExactly(Precedence.RESTRICTION);
        everySumCloses(run);
    }

    @Test
    void whoIsErasedAsInactive_isErasedBecauseEveryPurposeHasEnded() throws Exception {
        shop = shop("    inactive: erase\n");
        shop.restrict("customer", "7");
        shop.approveEverything();

        Run run = shop.sweep().run();

        assertThat(customers("3, 9")).isEmpty();
        assertThat(decisions(run, "public.customer", "erase"))
                .extracting(decision -> decision.toList().get(0))
                .containsExactly(Precedence.EXPIRED);
        assertThat(decisions(run, "public.customer", "erase inactive customer"))
                .extracting(decision ->
                        decision.toList().get(0) + " " + decision.toList().get(2))
                .contains("RESTRICTION 1", "OPEN_CONTRACT 1");
        everySumCloses(run);
        report(run);
        try (Stream<Path> files = Files.list(shop.settings.reports())) {
            assertThat(files.map(file -> String.valueOf(file.getFileName())))
                    .as("each has a line in the report instead of a certificate")
                    .noneMatch(name -> name.startsWith("certificate-"));
        }
    }
}
