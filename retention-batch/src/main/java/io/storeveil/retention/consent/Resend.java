package io.storeveil.retention.consent;

import io.storeveil.keys.KeyState;
import io.storeveil.policy.Policy;
import io.storeveil.retention.catalog.Catalog;
import io.storeveil.retention.ownership.Ownership;
import io.storeveil.retention.resend.SentAgain;
import io.storeveil.retention.resend.Untouched;
import io.storeveil.retention.store.Epoch;
import io.storeveil.retention.store.StoreSchema;
import io.storeveil.retention.store.StoreTransaction;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import javax.sql.DataSource;

/**
 * Makes the rows of those flow again who said something new, or whose consent has expired, so that the warehouse hears of
 * it, and the store as well. What is done is taken out of the control database last: whatever is interrupted is done again, and does no harm.
 */
final class Resend {

    private static final int AT_ONCE = 500;
    private static final Duration LOCK_TIMEOUT = Duration.ofSeconds(3);
    private static final Duration STATEMENT_TIMEOUT = Duration.ofSeconds(60);

    /** @param refusals why rows of some tables were not sent */
    record Outcome(int people, Set<String> refusals) {}

    private final StoreTransaction store;
    private final ResendRecords records;
    private final Refusals refusals;
    private final Ownership ownership;
    private final Epoch epoch;
    private final Map<String, List<SentAgain>> byPurpose = new HashMap<>();

    private Resend(StoreTransaction store, ResendRecords records, Refusals refusals, Ownership ownership, Epoch epoch) {
        this.store = store;
        this.records = records;
        this.refusals = refusals;
        this.ownership = ownership;
        this.epoch = epoch;
    }

    static Resend open(Policy policy, DataSource store, DataSource control, KeyState keys, Clock clock)
            throws SQLException {
        StoreSchema.open(store);
        StoreTransaction transaction = new StoreTransaction(store, LOCK_TIMEOUT, STATEMENT_TIMEOUT);
        return new Resend(
                transaction,
                new ResendRecords(control, keys),
                new Refusals(transaction, control, clock),
                transaction.look(connection -> new Ownership(policy, Catalog.read(connection))),
                new Epoch(store, control, clock, policy.store()));
    }

    /** What is due by now. A table that cannot be touched holds up no other. */
    Outcome due(Clock clock) throws SQLException {
        Instant now = clock.instant();
        Set<Long> tried = new HashSet<>();
        Set<String> refusals = new TreeSet<>();
        int people = 0;
        while (true) {
            List<Pending> due = new ArrayList<>(records.due(now, AT_ONCE + tried.size()));
            due.removeIf(pending -> tried.contains(pending.id()));
            if (due.isEmpty()) {
                if (people > 0) {
                    epoch.move("consent");
                }
                return new Outcome(people, refusals);
            }
            for (Pending pending : due) {
                List<String> refused = send(pending);
                if (refused.isEmpty()) {
                    records.done(pending);
                    people++;
                } else {
                    records.refused(pending, String.join("; ", refused));
                    tried.add(pending.id());
                    refusals.addAll(refused);
                }
            }
        }
    }

    /** @return why rows of some tables were not sent */
    Set<String> everybody(String purpose) throws SQLException {
        Set<String> refusals = new TreeSet<>();
        for (SentAgain table : tables(purpose)) {
            try {
                table.everybody();
            } catch (Untouched why) {
                refusals.add(String.valueOf(why.getMessage()));
            }
        }
        return refusals;
    }

    void forgetErased() throws SQLException {
        records.forgetErased();
        store.run(connection -> Refusals.forgetGone(connection, ownership));
    }

    private List<String> send(Pending pending) throws SQLException {
        refusals.write(pending);
        List<String> refused = new ArrayList<>();
        for (SentAgain table : tables(pending.purpose())) {
            try {
                table.person(pending.owner(), pending.subject());
            } catch (Untouched why) {
                refused.add(String.valueOf(why.getMessage()));
            }
        }
        return refused;
    }

    private List<SentAgain> tables(String purpose) {
        return byPurpose.computeIfAbsent(purpose, any -> SentAgain.tables(store, ownership, purpose));
    }
}
