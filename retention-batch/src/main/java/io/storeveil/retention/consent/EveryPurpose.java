package io.storeveil.retention.consent;

import io.storeveil.control.Consents;
import io.storeveil.keys.KeyReference;
import io.storeveil.keys.KeyState;
import io.storeveil.keys.OwnerId;
import io.storeveil.policy.Policy;
import io.storeveil.policy.TableName;
import io.storeveil.retention.catalog.Catalog;
import io.storeveil.retention.ownership.OwnerKeys;
import io.storeveil.retention.ownership.Ownership;
import io.storeveil.retention.ownership.Sql;
import io.storeveil.retention.ownership.Subjects;
import io.storeveil.retention.ownership.Texts;
import io.storeveil.retention.store.StoreTransaction;
import io.storeveil.retention.subject.Subject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;

/**
 * Takes a person out of every purpose, and back: to the sinks, a restriction of processing (GDPR Art. 18) is a no to
 * everything. It is said of the person and of each row of theirs that others' values are encrypted under.
 */
public final class EveryPurpose {

    private static final Duration LOOKING = Duration.ofMinutes(10);

    private final Policy policy;
    private final DataSource store;
    private final DataSource control;
    private final KeyState keys;
    private final Clock clock;

    public EveryPurpose(Policy policy, DataSource store, DataSource control, KeyState keys, Clock clock) {
        this.policy = policy;
        this.store = store;
        this.control = control;
        this.keys = keys;
        this.clock = clock;
    }

    /** The person's rows that own keys. Read before anything is written. */
    public List<OwnerId> rowsOf(Subject person) {
        try {
            return new StoreTransaction(store, Duration.ofSeconds(3), LOOKING).look(connection -> {
                Ownership ownership = new Ownership(policy, Catalog.read(connection));
                List<OwnerId> rows = new ArrayList<>();
                for (TableName table : ownership.childrenFirst()) {
                    if (ownership.ownsKeys(table) && !table.equals(person.kind().table())) {
                        rows.addAll(rows(connection, ownership, new OwnerKeys(ownership, keys), table, person));
                    }
                }
                return rows;
            });
        } catch (SQLException failed) {
            throw new IllegalStateException("the store cannot be read: SQLSTATE " + failed.getSQLState());
        }
    }

    private static List<OwnerId> rows(
            Connection connection, Ownership ownership, OwnerKeys owners, TableName table, Subject person)
            throws SQLException {
        Optional<String> key = new Subjects(ownership).key(person.kind(), table, "a");
        List<OwnerId> rows = new ArrayList<>();
        if (key.isEmpty()) {
            return rows;
        }
        List<String> columns = ownership.ownerKey(table);
        String texts = String.join(
                ", ",
                columns.stream().map(column -> Sql.of("a", column) + "::text").toList());
        try (PreparedStatement query = connection.prepareStatement(
                "select " + texts + " from " + Sql.name(table) + " a where " + key.get() + " = ?")) {
            query.setString(1, person.storeText());
            for (List<String> values : Texts.all(query, columns.size())) {
                rows.add(owners.owner(table, values));
            }
        }
        return rows;
    }

    /** To be called in the transaction that enters the request. */
    public void forbid(Subject person, List<OwnerId> rows, String request, String who) {
        say(Decision.WITHDRAWN, person, rows, request, who);
    }

    /** Says the same of the person's rows that have come since. @return how many these are */
    public long extend(Subject person, List<OwnerId> rows, String request, String who) {
        ConsentRecords records = new ConsentRecords(control, clock);
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        Set<String> forbidden =
                records.forbidden(rows.stream().map(keys::reference).toList());
        List<OwnerId> fresh = rows.stream()
                .filter(row -> !forbidden.contains(keys.reference(row).toString()))
                .toList();
        fresh.forEach(row -> records.extend(statement(Decision.WITHDRAWN, person, row, request, now), row, keys, who));
        return fresh.size();
    }

    /** To be called in the transaction that ends the request. */
    public void allow(Subject person, List<OwnerId> rows, String request, String who) {
        say(Decision.GRANTED, person, rows, request, who);
    }

    private void say(Decision decision, Subject person, List<OwnerId> rows, String request, String who) {
        ConsentRecords records = new ConsentRecords(control, clock);
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        records.record(statement(decision, person, person.owner(), request, now), person.owner(), keys, who);
        rows.forEach(row -> records.extend(statement(decision, person, row, request, now), row, keys, who));
    }

    private Statement statement(Decision decision, Subject person, OwnerId whose, String request, Instant now) {
        KeyReference reference = keys.reference(whose);
        return new Statement(
                person.kind().name(),
                reference,
                Consents.EVERY_PURPOSE,
                decision,
                now,
                null,
                null,
                null,
                "request",
                request);
    }

    /** Sends the rows of all of whom something new was said. @return what was not sent, and why */
    public Set<String> resend() {
        try {
            return Resend.open(policy, store, control, keys, clock).due(clock).refusals();
        } catch (SQLException failed) {
            return Set.of("the store cannot be reached, or refused: SQLSTATE " + failed.getSQLState());
        }
    }
}
