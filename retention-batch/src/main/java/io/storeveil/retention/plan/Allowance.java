package io.storeveil.retention.plan;

import io.storeveil.retention.control.RunRecords;
import io.storeveil.retention.settings.Limits;
import io.storeveil.retention.sweep.Run;
import io.storeveil.retention.sweep.SweepContext;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/**
 * What of each rule may still go tonight: as many rows, or people, as its cap leaves, and none once the window has closed. Asked
 * between two transactions; requests are none of its business.
 */
public final class Allowance {

    private static final String DONE =
            """
            select coalesce(sum(rows), 0) from storeveil.journal
            where run = any(?) and table_name = ? and rule = ? and action in ('delete', 'anonymise')""";

    private final Limits limits;
    private final Run run;
    /** This night's, simulated ones but this left out: all of them together may not take more. */
    private final List<String> attempts = new ArrayList<>();

    private final Clock clock;
    private final ZoneId zone;
    private final Map<String, AtomicLong> left = new ConcurrentHashMap<>();
    private volatile boolean closed;

    public Allowance(SweepContext context) {
        this.limits = context.settings().sweep().limits();
        this.run = context.run();
        this.clock = context.clock();
        this.zone = context.policy().timeZone();
        int last = new RunRecords(context.control(), clock)
                .lastAttempt(run.store(), run.businessDate(), false)
                .map(record -> record.run().attempt())
                .orElse(0);
        IntStream.rangeClosed(1, last)
                .forEach(attempt -> attempts.add(run.store() + "/" + run.businessDate() + "/" + attempt));
        if (run.simulate()) {
            attempts.add(run.id());
        }
    }

    public OptionalLong cap(Rule rule) {
        return limits.cap(rule.name());
    }

    /** Reads what earlier attempts of this night have done by a rule, to be called before its first row goes. */
    public void open(Connection store, Rule rule) throws SQLException {
        if (cap(rule).isPresent()) {
            open(rule, done(store, rule));
        }
    }

    /** @param done what earlier attempts of this night have done by the rule */
    public void open(Rule rule, long done) {
        cap(rule).ifPresent(cap -> left.put(rule.name(), new AtomicLong(Math.max(0, cap - done))));
    }

    /** How many more may go tonight of a rule that was opened; empty for all of them. */
    public OptionalLong left(Rule rule) {
        AtomicLong rest = left.get(rule.name());
        return rest == null ? OptionalLong.empty() : OptionalLong.of(rest.get());
    }

    private long done(Connection store, Rule rule) throws SQLException {
        try (PreparedStatement query = store.prepareStatement(DONE)) {
            query.setArray(1, store.createArrayOf("text", attempts.toArray()));
            query.setString(2, rule.table().toString());
            query.setString(3, rule.name());
            try (ResultSet row = query.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    /** True if not all of these rows may go, so that the oldest must be the first. */
    public boolean scarce(Rule rule, long rows) {
        AtomicLong rest = left.get(rule.name());
        return rest != null && rows > rest.get();
    }

    /** So many of these rows may go now; 0 where none may any more tonight. What then stays is {@link #giveBack}'s. */
    public int take(Rule rule, int rows) {
        if (outside()) {
            closed = true;
            return 0;
        }
        AtomicLong rest = left.get(rule.name());
        if (rest == null) {
            return rows;
        }
        return (int) Math.min(rows, rest.getAndUpdate(now -> now - Math.min(rows, now)));
    }

    public void giveBack(Rule rule, long rows) {
        AtomicLong rest = left.get(rule.name());
        if (rest != null) {
            rest.addAndGet(rows);
        }
    }

    /** A simulation shows what a night does that has time enough. */
    private boolean outside() {
        return !run.simulate()
                && limits.window()
                        .filter(window -> !window.contains(LocalTime.ofInstant(clock.instant(), zone)))
                        .isPresent();
    }

    /** True if rows stayed because the window had closed. */
    public boolean closed() {
        return closed;
    }

    public boolean spent(Rule rule) {
        AtomicLong rest = left.get(rule.name());
        return rest != null && rest.get() == 0;
    }

    /** For the report: why so many are left. */
    public String leftOver(Rule rule, long number) {
        String what =
                "rule '" + rule.name() + "': " + number + (rule.kind() == Rule.Kind.ERASE ? " people " : " rows ");
        if (spent(rule)) {
            return what + "are over the cap of " + cap(rule).orElseThrow()
                    + " a night, and go on with the next night, the oldest first";
        }
        return closed
                ? what + "are left, because the window had closed"
                : what + "were locked by others, and are left for the next run";
    }

    /** For the report, where the window has closed. */
    public String late(long number) {
        return "the window " + limits.window().orElseThrow() + " closed with " + number
                + " rows left, which the next night goes on with: begin earlier, or let sweep.window be longer, if that"
                + " happens again";
    }
}
