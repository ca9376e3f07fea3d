package io.storeveil.retention.report;

import io.storeveil.retention.control.Finding;
import io.storeveil.retention.control.RuleCount;
import io.storeveil.retention.control.StepRecord;
import io.storeveil.retention.ledger.RunSeal;
import io.storeveil.retention.precedence.Decision;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything one night's report says, before it takes a form. People appear as keyed references and request numbers
 * only; no part of it may hold a personal value.
 *
 * @param writtenAt the moment that "overdue" and "due" are measured against
 * @param sums one for each table and rule, rules that found nothing included
 * @param decisions which line of the precedence decided about how many of their rows, and why
 * @param open every request that is not closed, whether or not this run touched it
 * @param handled what this run did for requests
 * @param seal what the ledger has sealed of this run; null for a simulation, and where the store could not be read
 * @param unsigned earlier reports that nobody has signed
 */
public record Report(
        RunFacts run,
        PolicyFacts policy,
        Instant writtenAt,
        List<StepRecord> steps,
        List<RuleCount> sums,
        List<Decision> decisions,
        List<Finding> findings,
        List<OpenRequest> open,
        List<HandledRequest> handled,
        KeyFacts keys,
        RunSeal.@Nullable Sealed seal,
        List<Night> trend,
        @Nullable PreviousReport previous,
        List<Unsigned> unsigned) {

    public record RunFacts(
            String id,
            String store,
            LocalDate businessDate,
            int attempt,
            boolean simulate,
            Instant cutoff,
            Instant startedAt,
            @Nullable Instant finishedAt) {

        /** As file names spell it: the run's id with its slashes replaced. */
        public String fileName() {
            return "report-" + id.replaceAll("[^A-Za-z0-9._-]", "-");
        }
    }

    /**
     * @param sha256 of the policy file
     * @param reviewDue null where the policy says nothing of reviews
     */
    public record PolicyFacts(
            String controller,
            @Nullable String dataProtectionOfficer,
            ZoneId timeZone,
            String sha256,
            @Nullable String reviewedBy,
            @Nullable LocalDate reviewDue) {}

    public record OpenRequest(
            String id, String kind, String subject, String state, LocalDate receivedOn, LocalDate due) {}

    /**
     * @param subject short form of the keyed reference
     * @param certificate file name of the certificate beside the report
     */
    public record HandledRequest(
            String id,
            String kind,
            String subject,
            String state,
            List<String> deleted,
            List<Kept> kept,
            List<String> shredded,
            List<String> remaining,
            String certificate) {}

    /** @param until the latest day on which the ground can still hold */
    public record Kept(String what, String ground, LocalDate until) {}

    /**
     * @param before version of the key state when the run began; null when nothing was recorded
     * @param leaves keys destroyed
     * @param effectiveAt when the older key-encryption keys were gone; null when nothing was shredded
     */
    public record KeyFacts(@Nullable Long before, @Nullable Long after, long leaves, @Nullable Instant effectiveAt) {}

    /** One earlier run, for the trend. */
    public record Night(LocalDate date, int attempt, long done, long deferred, long failed, @Nullable String verdict) {}

    public record PreviousReport(String run, String sha256) {}

    public record Unsigned(String run, LocalDate businessDate, long workingDays) {}

    /** Which lines of the precedence account for a sum, its columns and rows besides it included. */
    List<Decision> decisionsOf(RuleCount sum) {
        return decisions.stream()
                .filter(decision ->
                        decision.table().equals(sum.table()) && decision.rule().equals(sum.rule()))
                .toList();
    }
}
