package io.storeveil.retention.approval;

import io.storeveil.retention.command.InputWrong;
import io.storeveil.retention.ledger.Ledger;
import io.storeveil.retention.ledger.Sha256;
import io.storeveil.retention.person.PersonRecords;
import io.storeveil.retention.person.Signatory;
import io.storeveil.retention.sweep.Run;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Plans, and which rules a second person has approved. An approval holds for a rule's text, not for its name. */
public final class PlanRecords {

    private final JdbcClient control;
    private final TransactionTemplate transaction;
    private final Ledger ledger;
    private final PersonRecords people;
    private final Clock clock;

    public PlanRecords(DataSource control, Clock clock) {
        this.control = JdbcClient.create(control);
        this.transaction = new TransactionTemplate(new JdbcTransactionManager(control));
        this.ledger = new Ledger(control, clock);
        this.people = new PersonRecords(control, clock);
        this.clock = clock;
    }

    /** Replaces what this run has planned before. The run must be entered. Gives the body's hash. */
    public String save(Run run, String body, List<PlannedRule> rules) {
        String sha256 = Sha256.of(body);
        transaction.executeWithoutResult(status -> {
            control.sql("delete from storeveil.plan where run = :run")
                    .param("run", run.id())
                    .update();
            control.sql(
                            """
                            insert into storeveil.plan (run, sha256, body, created_at)
                            values (:run, :sha256, :body, :now)""")
                    .param("run", run.id())
                    .param("sha256", sha256)
                    .param("body", body)
                    .param("now", clock.instant().atOffset(ZoneOffset.UTC))
                    .update();
            rules.forEach(rule -> save(run, rule));
        });
        return sha256;
    }

    /** Whether an enrolled person has signed this text of this rule. */
    public boolean approved(String rule, String ruleSha256) {
        return control.sql(
                        """
                        select * from storeveil.rule_approval
                        where rule = :rule and rule_sha256 = :sha256 and withdrawn_at is null""")
                .param("rule", rule)
                .param("sha256", ruleSha256)
                .query((row, n) -> people.signed(
                        row.getString("person"),
                        approvalText(row.getString("plan_run"), row.getString("plan_sha256"), rule, ruleSha256),
                        row.getBytes("signature")))
                .list()
                .contains(true);
    }

    /** The run whose rejected report took the latest approval of this rule back; empty where nothing did. */
    public Optional<String> rejectedBy(String rule) {
        return control.sql(
                        """
                        select withdrawn_run from storeveil.rule_approval
                        where rule = :rule and withdrawn_at is not null order by withdrawn_at desc limit 1""")
                .param("rule", rule)
                .query(String.class)
                .optional();
    }

    /**
     * Takes back every approval of these rules, in the transaction of whoever rejects the run's report.
     *
     * @param rules by name; empty for every rule by which the run could act
     * @return those that acted and now only observe
     * @throws InputWrong if the run's plan has no such rule
     */
    public List<String> withdraw(String run, Set<String> rules, String who) {
        List<PlannedRule> planned = plan(run).map(Plan::rules).orElse(List.of());
        List<String> names = planned.stream().map(PlannedRule::rule).toList();
        if (!names.containsAll(rules)) {
            throw new InputWrong("--rule: the plan of " + run + " has these rules: " + String.join(", ", names));
        }
        return planned.stream()
                .filter(rule -> rules.isEmpty() ? !rule.observes() : rules.contains(rule.rule()))
                .map(PlannedRule::rule)
                .filter(rule -> withdraw(run, rule, who))
                .toList();
    }

    private boolean withdraw(String run, String rule, String who) {
        int approvals = control.sql(
                        """
                        update storeveil.rule_approval set withdrawn_at = :now, withdrawn_run = :run
                        where rule = :rule and withdrawn_at is null""")
                .param("now", clock.instant().atOffset(ZoneOffset.UTC))
                .param("run", run)
                .param("rule", rule)
                .update();
        if (approvals > 0) {
            ledger.append("rule-stopped", run, Map.of("rule", rule, "who", who));
        }
        return approvals > 0;
    }

    /**
     * How many rows a person's signature covers that a rule has not taken since: those of the plan that was signed, until
     * a night of this rule has left none over.
     *
     * @param run which does not count itself
     */
    public long approvedRows(String rule, String ruleSha256, Run run) {
        return control
                .sql(
                        """
                        select c.person, c.plan_run, c.plan_sha256, c.signature, p.body,
                            (select coalesce(sum(d.done), 0) from storeveil.run r
                             join storeveil.run_count d on d.run = r.id and d.rule = c.rule
                             where r.store = :store and not r.simulate and r.id <> :run and r.started_at >= c.at) as done
                        from storeveil.count_approval c join storeveil.plan p on p.run = c.plan_run
                        where c.rule = :rule and c.rule_sha256 = :sha256
                          and not exists (select from storeveil.run r
                             join storeveil.run_count d on d.run = r.id and d.rule = c.rule and d.deferred = 0
                             join storeveil.plan_rule a on a.run = r.id and a.rule = c.rule and not a.observes
                             where r.store = :store and not r.simulate and r.id <> :run and r.started_at >= c.at
                               and r.exit_code in (0, 3))""")
                .param("rule", rule)
                .param("sha256", ruleSha256)
                .param("store", run.store())
                .param("run", run.id())
                .query((row, n) -> people.signed(
                                        row.getString("person"),
                                        approvalText(
                                                row.getString("plan_run"),
                                                row.getString("plan_sha256"),
                                                rule,
                                                ruleSha256),
                                        row.getBytes("signature"))
                                && Sha256.of(row.getString("body")).equals(row.getString("plan_sha256"))
                        ? rows(row.getString("body"), rule) - row.getLong("done")
                        : 0L)
                .list()
                .stream()
                .mapToLong(Long::longValue)
                .max()
                .orElse(0);
    }

    private static long rows(String body, String rule) {
        for (JsonNode each : JsonMapper.shared().readTree(body).path("rules")) {
            if (each.path("rule").asString("").equals(rule)) {
                return each.path("eligible").asLong(0)
                        - each.path("held").asLong(0)
                        - each.path("kept").asLong(0);
            }
        }
        return 0;
    }

    public Optional<Plan> plan(String run) {
        return control.sql("select * from storeveil.plan where run = :run")
                .param("run", run)
                .query(this::read)
                .optional();
    }

    public Optional<Plan> latest() {
        return control.sql("select * from storeveil.plan order by created_at desc, run desc limit 1")
                .query(this::read)
                .optional();
    }

    /**
     * Signs rules of a plan as it stands.
     *
     * @param rules which; empty for every rule that observes
     * @throws InputWrong if the plan has no such rule, or the signatory started the run
     */
    List<PlannedRule> approve(Plan plan, Set<String> rules, Signatory signatory) {
        String person = signatory.person().name();
        if (!plan.sha256().equals(Sha256.of(plan.body()))) {
            throw new InputWrong("the plan of " + plan.run() + " is not what its run wrote; see 'ledger verify'");
        }
        if (person.equals(operator(plan.run()))) {
            throw new InputWrong(
                    plan.run() + " was started by " + person + ": a second person has to approve its plan");
        }
        List<String> names = plan.rules().stream().map(PlannedRule::rule).toList();
        if (!names.containsAll(rules)) {
            throw new InputWrong("--rule: the plan of " + plan.run() + " has these rules: " + String.join(", ", names));
        }
        List<PlannedRule> chosen = plan.rules().stream()
                .filter(rule -> rules.isEmpty() ? rule.observes() : rules.contains(rule.rule()))
                .toList();
        transaction.executeWithoutResult(status -> chosen.forEach(rule -> approve(plan, rule, signatory)));
        return chosen;
    }

    private void approve(Plan plan, PlannedRule rule, Signatory signatory) {
        String person = signatory.person().name();
        byte[] signature = signatory.sign(approvalText(plan.run(), plan.sha256(), rule.rule(), rule.sha256()));
        Map<String, Object> approval = Map.of(
                "rule", rule.rule(),
                "ruleSha256", rule.sha256(),
                "run", plan.run(),
                "planSha256", plan.sha256(),
                "person", person,
                "now", clock.instant().atOffset(ZoneOffset.UTC),
                "signature", signature);
        control.sql(
                        """
                        insert into storeveil.count_approval
                            (rule, rule_sha256, plan_run, plan_sha256, person, at, signature)
                        values (:rule, :ruleSha256, :run, :planSha256, :person, :now, :signature)
                        on conflict do nothing""")
                .params(approval)
                .update();
        int added = control.sql(
                        """
                        insert into storeveil.rule_approval
                            (rule, rule_sha256, plan_run, plan_sha256, person, at, signature)
                        values (:rule, :ruleSha256, :run, :planSha256, :person, :now, :signature)
                        on conflict (rule, rule_sha256, person) do update set plan_run = excluded.plan_run,
                            plan_sha256 = excluded.plan_sha256, at = excluded.at, signature = excluded.signature,
                            withdrawn_at = null, withdrawn_run = null
                        where rule_approval.withdrawn_at is not null""")
                .params(approval)
                .update();
        if (added == 1) {
            ledger.append(
                    "rule-approved",
                    plan.run(),
                    Map.of(
                            "rule",
                            rule.rule(),
                            "ruleSha256",
                            rule.sha256(),
                            "planSha256",
                            plan.sha256(),
                            "who",
                            person));
        }
    }

    private String operator(String run) {
        return control.sql("select operator from storeveil.run where id = :run")
                .param("run", run)
                .query(String.class)
                .single();
    }

    private void save(Run run, PlannedRule rule) {
        control.sql(
                        """
                        insert into storeveil.plan_rule (run, rule, rule_sha256, table_name, eligible, observes, why)
                        values (:run, :rule, :sha256, :table, :eligible, :observes, :why)""")
                .param("run", run.id())
                .param("rule", rule.rule())
                .param("sha256", rule.sha256())
                .param("table", rule.table())
                .param("eligible", rule.eligible())
                .param("observes", rule.observes())
                .param("why", rule.why())
                .update();
    }

    private Plan read(ResultSet row, int number) throws SQLException {
        String run = row.getString("run");
        List<PlannedRule> rules = control.sql("select * from storeveil.plan_rule where run = :run order by rule")
                .param("run", run)
                .query((rule, n) -> new PlannedRule(
                        rule.getString("rule"),
                        rule.getString("rule_sha256"),
                        rule.getString("table_name"),
                        rule.getLong("eligible"),
                        rule.getBoolean("observes"),
                        rule.getString("why")))
                .list();
        return new Plan(
                run,
                row.getString("sha256"),
                row.getString("body"),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                rules);
    }

    private static String approvalText(String run, String planSha256, String rule, String ruleSha256) {
        return String.join("\n", "storeveil/v1/rule-approval", run, planSha256, rule, ruleSha256);
    }
}
