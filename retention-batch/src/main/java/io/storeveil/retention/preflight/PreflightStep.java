package io.storeveil.retention.preflight;

import io.storeveil.control.KeyStateUnavailable;
import io.storeveil.control.Sighting;
import io.storeveil.control.Unknown;
import io.storeveil.retention.check.Finding;
import io.storeveil.retention.check.PolicyCheck;
import io.storeveil.retention.control.RunRecords;
import io.storeveil.retention.control.Severity;
import io.storeveil.retention.store.Replication;
import io.storeveil.retention.store.StoreSchema;
import io.storeveil.retention.sweep.Step;
import io.storeveil.retention.sweep.StepFailed;
import io.storeveil.retention.sweep.SweepContext;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Whether this sweep may start at all: schema, policy against database, a key state that has not been put back. */
public final class PreflightStep implements Step {

    @Override
    public String name() {
        return "preflight";
    }

    @Override
    public void run(SweepContext context) throws SQLException {
        RunRecords records = new RunRecords(context.control(), context.clock());
        StoreSchema.open(context.store());
        LocalDate today =
                LocalDate.ofInstant(context.clock().instant(), context.policy().timeZone());
        if (context.run().businessDate().isAfter(today)) {
            warn(context, records, null, "the business date lies in the future: rows expire before their time");
        }
        rolledBack(context);
        try (Connection connection = context.store().getConnection()) {
            Replication.read(connection).refusal().ifPresent(why -> {
                throw new StepFailed(why);
            });
            compare(context, records, connection);
        }
    }

    private void compare(SweepContext context, RunRecords records, Connection connection) throws SQLException {
        List<Finding> findings = PolicyCheck.check(context.policy(), connection);
        for (Finding finding : findings) {
            Severity severity = finding.severity() == Finding.Severity.ERROR
                    ? Severity.FAILED
                    : finding.what().startsWith("no index") ? Severity.INFO : Severity.WARNING;
            records.finding(
                    context.run(),
                    name(),
                    severity,
                    finding.where(),
                    finding.what() + (finding.remedy().isEmpty() ? "" : "; " + finding.remedy()));
        }
        heldBack(context, records, findings);
        List<String> errors = findings.stream()
                .filter(finding -> finding.severity() == Finding.Severity.ERROR)
                .map(finding -> finding.where() + ": " + finding.what())
                .toList();
        if (!errors.isEmpty()) {
            throw new StepFailed("the policy cannot be used with this store: " + String.join("; ", errors)
                    + "; 'policy check' says what to do");
        }
    }

    /** What the stream held back since the last run, unless the catalog has just told the same. */
    private void heldBack(SweepContext context, RunRecords records, List<Finding> findings) {
        Set<String> told = findings.stream().map(Finding::where).collect(Collectors.toSet());
        List<Sighting> sightings;
        try {
            sightings = context.keys().leases().noticed();
        } catch (KeyStateUnavailable e) {
            warn(context, records, null, "nobody knows what the stream held back: " + e.getMessage());
            return;
        }
        Instant since = lastRun(context);
        for (Sighting sighting : sightings) {
            Unknown what = sighting.what();
            if (!what.store().equals(context.policy().store())
                    || told.contains(what.toString())
                    || sighting.last().isBefore(since)) {
                continue;
            }
            warn(
                    context,
                    records,
                    what.toString(),
                    "the stream holds it back, as the policy does not know it: "
                            + (what.column().isEmpty() ? "records" : "fields") + " so far: " + sighting.times()
                            + ", the last at " + sighting.last().truncatedTo(ChronoUnit.SECONDS)
                            + "; put it into the policy, or take it out of the publication");
        }
    }

    private static Instant lastRun(SweepContext context) {
        return JdbcClient.create(context.control())
                .sql("select max(started_at) from storeveil.run where store = ? and id <> ? and exit_code is not null"
                        + " and not simulate")
                .params(context.run().store(), context.run().id())
                .query(OffsetDateTime.class)
                .optional()
                .map(OffsetDateTime::toInstant)
                .orElse(Instant.EPOCH);
    }

    /** A key state that was put back would bring destroyed keys with it; this database remembers that there was a newer. */
    private static void rolledBack(SweepContext context) {
        long recorded = JdbcClient.create(context.control())
                .sql("select coalesce(max(s.state_version), 0) from storeveil.shred s join storeveil.run r"
                        + " on r.id = s.run where r.store = ?")
                .param(context.run().store())
                .query(Long.class)
                .single();
        long current = context.keys().currentVersion();
        if (current < recorded) {
            throw new StepFailed("the key state is of version " + current + ", but keys were destroyed with version "
                    + recorded
                    + ": an older state was put back, with the keys that seal it. Workers may encrypt for erased"
                    + " people: stop the connectors, and put the newest copies back, or let a person decide");
        }
    }

    private void warn(
            SweepContext context, RunRecords records, @org.jspecify.annotations.Nullable String table, String text) {
        records.finding(context.run(), name(), Severity.WARNING, table, text);
    }
}
