package io.storeveil.retention.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeveil.retention.approval.PlanRecords;
import io.storeveil.retention.approval.PlannedRule;
import io.storeveil.retention.control.Finding;
import io.storeveil.retention.control.RuleCount;
import io.storeveil.retention.control.Severity;
import io.storeveil.retention.settings.Limits;
import io.storeveil.retention.settings.SettingsException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Caps, the window and the circuit breaker: how far rules may go by themselves. None of them stops a request. */
class GuardedSweepTest {

    private static final String ORDERS = "delete public.orders";
    private static final String LINES = "delete public.order_line";
    private static final String MANY =
            """
            insert into orders select i, null, 'Guest', 1, 'done', timestamp '2012-01-01' - i * interval '1 hour'
                from generate_series(1000, 3000) i;
            insert into order_line select i, l, 'thing', null from generate_series(1000, 3000) i,
                generate_series(1, 2) l""";

    @SuppressWarnings("NullAway.Init") // opened before each test
    private Shop shop;

    @BeforeEach
    void openShop(@TempDir Path directory) throws Exception {
        shop = Shop.open(directory);
        shop.pace = shop.pace.withBatch(100).withParallelism(2);
        shop.sql(MANY);
        shop.sql("create index on orders (placed_at)");
        shop.sql("alter table order_line drop constraint order_line_order_id_fkey, add foreign key (order_id)"
                + " references orders (id)");
        shop.approveEverything();
    }

    @Test
    void whatIsOverACap_isDeferred_andGoesOnWithTheNextNight_oldestFirst() throws Exception {
        shop.pace = shop.pace.with(shop.pace.limits().withCap(250));
        shop.eraseByRequest("R-1", "customer", "1");

        Sweep.Outcome outcome = shop.sweep();

        assertThat(shop.rows("select id from orders where id >= 1000 order by id"))
                .hasSize(2001 - 250);
        assertThat(shop.rows("select max(id) from orders"))
                .as("the higher the number, the older the order")
                .containsExactly("(2750)");
        assertThat(counted(outcome, ORDERS).done()).isEqualTo(250);
        assertThat(counted(outcome, ORDERS).deferred()).isEqualTo(2001 - 250 + 3);
        assertThat(shop.records().counts(outcome.run().id())).allMatch(RuleCount::closes);
        assertThat(findings(outcome)).anyMatch(text -> text.contains("over the cap of 250 a night"));
        assertThat(outcome.exitCode()).isZero();
        assertThat(shop.rows("select name from customer where id = 1")).containsExactly("(redacted)");

        Sweep.Outcome again = shop.sweep();
        assertThat(counted(again, ORDERS).done())
                .as("another attempt at the same night")
                .isZero();
        assertThat(shop.sweepOn(Shop.NIGHT.plusDays(1)).exitCode()).isZero();
        assertThat(shop.rows("select max(id) from orders")).containsExactly("(2500)");
    }

    @Test
    void ordersOfOneMoment_moreThanABatch_allGo_eachOnce() throws Exception {
        shop.sql("update orders set placed_at = timestamp '2011-05-05' where id % 3 > 0 and id >= 1000");

        Sweep.Outcome outcome = shop.sweep();

        assertThat(outcome.exitCode()).isZero();
        assertThat(shop.rows("select id from orders where id >= 1000")).isEmpty();
        for (String rule : List.of(ORDERS, LINES)) {
            RuleCount count = counted(outcome, rule);
            assertThat(count.deferred()).isZero();
            assertThat(shop.rows("select sum(rows) from storeveil.journal where action = 'delete' and rule = '" + rule
                            + "'"))
                    .containsExactly("(" + count.done() + ")");
        }
        assertThat(counted(outcome, LINES).done()).isGreaterThanOrEqualTo(2 * 2001);
    }

    @Test
    void linesStay_whoseOrdersACapLeaves_andGoAlongWithThem() throws Exception {
        Limits uncapped = shop.pace.limits();
        shop.pace = shop.pace.with(new Limits(
                uncapped.cap(), Map.of(ORDERS, OptionalLong.of(250)), uncapped.window(), uncapped.breaker()));

        Sweep.Outcome outcome = shop.sweep();

        assertThat(shop.count("orders where id >= 1000")).isEqualTo(2001 - 250);
        wholeOrders();
        assertThat(counted(outcome, LINES).done()).isEqualTo(500);
        assertThat(counted(outcome, LINES).deferred()).isEqualTo(2 * (2001 - 250 + 4));
        assertThat(findings(outcome))
                .contains("rule '" + LINES + "': 3510 rows are left, and go along with those of rule '" + ORDERS + "'");
        assertThat(shop.records().counts(outcome.run().id())).allMatch(RuleCount::closes);
        assertThat(outcome.exitCode()).isZero();
        shop.pace = shop.pace.with(uncapped);
        assertThat(shop.sweepOn(Shop.NIGHT.plusDays(1)).exitCode()).isZero();
        assertThat(shop.count("orders where id >= 1000") + shop.count("order_line where order_id >= 1000"))
                .isZero();
    }

    private void wholeOrders() {
        assertThat(shop.count("orders o where id >= 1000"
                        + " and 2 <> (select count(*) from order_line l where l.order_id = o.id)"))
                .as("orders that have lost lines")
                .isZero();
    }

    @Test
    void aCapOfARuleThatThereIsNot_isRefused_beforeAnythingGoes() throws Exception {
        Limits uncapped = shop.pace.limits();
        shop.pace = shop.pace.with(new Limits(
                uncapped.cap(),
                Map.of("delete public.order", OptionalLong.of(5)),
                uncapped.window(),
                uncapped.breaker()));

        assertThatThrownBy(shop::sweep)
                .isInstanceOf(SettingsException.class)
                .hasMessageStartingWith("sweep.caps: there is no rule 'delete public.order'; did you mean 'delete"
                        + " public.orders'?; allowed are: ")
                .hasMessageContaining(", delete public.order_line, ");
        assertThat(shop.records().lastAttempt("shop", Shop.NIGHT, false)).isEmpty();
        assertThat(shop.count("orders where id >= 1000")).isEqualTo(2001);
    }

    @Test
    void aPersonWhomACapLeaves_goesTheNextNight_thoughNothingDatesThemAnyMore() throws Exception {
        shop.sql("insert into customer select i, 'c' || i || '@x.example', 'C', 'h', null, null, null"
                + " from generate_series(1000, 1009) i");
        shop.sql("update orders set customer_id = id, status = 'done' where id between 1000 and 1009");
        Limits uncapped = shop.pace.limits();
        shop.pace = shop.pace.with(new Limits(
                uncapped.cap(),
                Map.of("delete public.customer", OptionalLong.of(4)),
                uncapped.window(),
                uncapped.breaker()));

        shop.sweep();

        assertThat(shop.count("orders where id >= 1000")).isZero();
        assertThat(shop.rows("select id from customer where id >= 1000"))
                .as("Cleo of 2012 is younger than those whose orders were earlier")
                .hasSize(6)
                .contains("(1000)", "(1005)");
        shop.pace = shop.pace.with(uncapped);
        shop.sweepOn(Shop.NIGHT.plusDays(1));
        assertThat(shop.count("customer where id >= 1000 or id = 3")).isZero();
        assertThat(shop.count("storeveil.expiring where rule = 'delete public.customer' and table_name = 'x'"))
                .isZero();
    }

    @Test
    void outsideOfTheWindow_onlyRequestsAreCarriedOut_andTheReportAsksForTime() throws Exception {
        shop.pace = shop.pace.with(shop.pace.limits().withWindow("22:00-02:00"));
        shop.eraseByRequest("R-1", "customer", "1");

        Sweep.Outcome outcome = shop.sweep();

        assertThat(shop.rows("select name from customer where id = 1")).containsExactly("(redacted)");
        assertThat(shop.count("orders where id >= 1000")).isEqualTo(2001);
        assertThat(outcome.exitCode()).isEqualTo(3);
        assertThat(shop.records().findings(outcome.run().id()))
                .filteredOn(finding -> finding.severity() == Severity.DECISION)
                .singleElement()
                .satisfies(finding -> assertThat(finding.text()).startsWith("the window 22:00-02:00 closed with "));
        assertThat(shop.records().counts(outcome.run().id())).allMatch(RuleCount::closes);
    }

    @Test
    void aWindowThatCloses_stopsTheSweepBetweenTwoBatches() throws Exception {
        shop.pace = shop.pace.with(shop.pace.limits().withWindow("22:00-02:30")).withParallelism(1);
        shop.clock = new ClosesAfter(300);

        Sweep.Outcome outcome = shop.sweep();

        long left = shop.count("orders where id >= 1000");
        assertThat(left).isBetween(2001L - 400, 2001L - 200);
        assertThat(counted(outcome, ORDERS).deferred()).isGreaterThanOrEqualTo(left);
        assertThat(outcome.exitCode()).isEqualTo(3);
        shop.clock = Clock.fixed(Instant.parse("2026-11-23T23:00:00Z"), ZoneOffset.UTC);
        assertThat(shop.sweepOn(Shop.NIGHT.plusDays(1)).exitCode()).isZero();
        assertThat(shop.count("orders where id >= 1000")).isZero();
    }

    /** Ten minutes before the window closes until so many rows are gone, and then ten minutes after it. */
    private final class ClosesAfter extends Clock {

        private final long rows;

        ClosesAfter(long rows) {
            this.rows = rows;
        }

        @Override
        public Instant instant() {
            boolean late = shop.count("pg_class where oid = to_regclass('storeveil.journal')") > 0
                    && shop.count("storeveil.journal where action = 'delete' and table_name = 'public.orders'")
                            >= rows / 100;
            return Instant.parse(late ? "2026-11-23T01:40:00Z" : "2026-11-23T01:20:00Z");
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    @Test
    void aRuleThatFindsTooMuchOfItsTable_onlyObserves_untilASecondPersonSignsForIt() throws Exception {
        shop.pace = shop.pace.with(shop.pace.limits().with(new Limits.Breaker(5, 25, 100)));
        shop.sql("insert into order_line select 20, i, 'thing', null from generate_series(10, 20000) i");
        shop.eraseByRequest("R-1", "customer", "1");

        Sweep.Outcome observed = shop.sweep();

        assertThat(shop.count("orders where id >= 1000")).isEqualTo(2001);
        wholeOrders();
        assertThat(planned(observed, LINES))
                .as("few enough for their own table, of which the other lines are young")
                .satisfies(lines -> assertThat(lines.why())
                        .isEqualTo("its rows go along with those of rule '" + ORDERS + "', which only observes"));
        assertThat(shop.rows("select name from customer where id = 1")).containsExactly("(redacted)");
        assertThat(observed.exitCode()).isEqualTo(3);
        assertThat(planned(observed, ORDERS).observes()).isTrue();
        assertThat(planned(observed, ORDERS).why())
                .matches("abnormal: 2005 of the table's 2010 rows: more than 25 % .*");
        assertThat(findings(observed))
                .anyMatch(text -> text.contains(ORDERS) && text.contains("only observes tonight: abnormal: "));

        shop.approve(observed.run());
        Sweep.Outcome acted = shop.sweep();

        assertThat(planned(acted, ORDERS).observes()).isFalse();
        assertThat(shop.count("orders where id >= 1000")).isZero();
        assertThat(acted.exitCode()).isZero();
        shop.sql(MANY);
        Sweep.Outcome again = shop.sweep();
        assertThat(planned(again, ORDERS).observes())
                .as("the signature was for the rows that are gone")
                .isTrue();
        assertThat(shop.count("orders where id >= 1000")).isEqualTo(2001);
    }

    @Test
    void aRuleThatFindsMoreThanItUsuallyDoes_onlyObserves() throws Exception {
        shop.sql("insert into orders select i, null, 'Guest', 1, 'done', timestamp '2026-01-01' from"
                + " generate_series(10000, 30000) i");
        shop.pace = shop.pace.with(shop.pace.limits().with(new Limits.Breaker(5, 25, 100)));
        usually(300, 10);
        assertThat(planned(shop.sweep(), ORDERS).why())
                .isEqualTo("abnormal: 2005 rows, where 10 nights before took 300 a day in the median (deviation 0):"
                        + " more than 1500 need a person");

        JdbcClient.create(shop.control)
                .sql("update storeveil.run_count set done = done * 2 where run like 'shop/2026-%/usual'")
                .update();
        assertThat(planned(shop.sweep(), ORDERS).observes()).isFalse();
    }

    /** So many nights before this one, on each of which the rule took so many rows. */
    private void usually(long rows, int nights) {
        String sha256 = JdbcClient.create(shop.control)
                .sql("select rule_sha256 from storeveil.rule_approval where rule = ?")
                .param(ORDERS)
                .query(String.class)
                .list()
                .get(0);
        for (int night = 1; night <= nights; night++) {
            String date = Shop.NIGHT.minusDays(night).toString();
            String run = "shop/" + date + "/usual";
            JdbcClient control = JdbcClient.create(shop.control);
            control.sql(
                            "insert into storeveil.run values ('%1$s', 'shop', '%2$s', 1, 'p', '%2$s', 'o', false, '%2$s', '%2$s', 0, 'clean')"
                                    .formatted(run, date))
                    .update();
            control.sql("insert into storeveil.plan values ('%s', 'h', '{}', now())".formatted(run))
                    .update();
            control.sql("insert into storeveil.plan_rule values ('%s', '%s', '%s', 'public.orders', %d, false, '')"
                            .formatted(run, ORDERS, sha256, rows))
                    .update();
            control.sql("insert into storeveil.run_count values ('%s', 'public.orders', '%s', %3$d, %3$d, 0, 0, 0, 0)"
                            .formatted(run, ORDERS, rows))
                    .update();
        }
    }

    private PlannedRule planned(Sweep.Outcome outcome, String rule) {
        return new PlanRecords(shop.control, shop.clock)
                .plan(outcome.run().id()).orElseThrow().rules().stream()
                        .filter(each -> each.rule().equals(rule))
                        .findFirst()
                        .orElseThrow();
    }

    private RuleCount counted(Sweep.Outcome outcome, String rule) {
        return shop.records().counts(outcome.run().id()).stream()
                .filter(count -> count.rule().equals(rule))
                .findFirst()
                .orElseThrow();
    }

    private List<String> findings(Sweep.Outcome outcome) {
        return shop.records().findings(outcome.run().id()).stream()
                .map(Finding::text)
                .toList();
    }
}
