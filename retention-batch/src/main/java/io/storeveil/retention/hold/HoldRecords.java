package io.storeveil.retention.hold;

import io.storeveil.keys.KeyReference;
import io.storeveil.retention.command.InputWrong;
import io.storeveil.retention.ledger.Ledger;
import io.storeveil.retention.subject.Subject;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Holds, in the control database and, for the sweep's statements to read, mirrored in the store. */
public final class HoldRecords {

    private final Frozen frozen;
    private final JdbcClient control;
    private final TransactionTemplate transaction;
    private final Ledger ledger;
    private final Clock clock;

    public HoldRecords(DataSource store, DataSource control, Clock clock) {
        this.frozen = new Frozen(store);
        this.control = JdbcClient.create(control);
        this.transaction = new TransactionTemplate(new JdbcTransactionManager(control));
        this.ledger = new Ledger(control, clock);
        this.clock = clock;
    }

    /** When this returns, no transaction of a sweep that began before can still touch the person. */
    Hold add(Subject subject, KeyReference reference, String reason, String who) {
        long number = control.sql("select nextval('storeveil.hold_number')")
                .query(Long.class)
                .single();
        String id =
                "H-%d-%04d".formatted(clock.instant().atOffset(ZoneOffset.UTC).getYear(), number);
        frozen.add(subject, reference, id, Frozen.Line.HOLD);
        transaction.executeWithoutResult(status -> {
            control.sql(
                            """
                            insert into storeveil.hold
                                (id, subject_kind, subject_ref, reason, placed_by, placed_at)
                            values (:id, :kind, :ref, :reason, :who, :now)""")
                    .param("id", id)
                    .param("kind", subject.kind().name())
                    .param("ref", reference.toString())
                    .param("reason", reason)
                    .param("who", who)
                    .param("now", now())
                    .update();
            ledger.append("hold-placed", null, Map.of("hold", id, "subject", reference.toString(), "who", who));
        });
        return hold(id).orElseThrow();
    }

    /** @throws InputWrong if there is no such hold; one that was released half is released whole */
    void release(String id, String who) {
        Optional<Hold> hold = hold(id);
        if (hold.isEmpty() && !frozen.ids(Frozen.Line.HOLD).contains(id)) {
            throw new InputWrong("there is no such hold; see 'hold list'");
        }
        transaction.executeWithoutResult(status -> {
            int released = control.sql(
                            """
                            update storeveil.hold set released_by = :who, released_at = :now
                            where id = :id and released_at is null""")
                    .param("who", who)
                    .param("now", now())
                    .param("id", id)
                    .update();
            if (released == 1 || hold.isEmpty()) {
                ledger.append("hold-released", null, Map.of("hold", id, "who", who));
            }
        });
        frozen.clear(id);
    }

    public Optional<Hold> hold(String id) {
        return control.sql("select * from storeveil.hold where id = :id")
                .param("id", id)
                .query(HoldRecords::hold)
                .optional();
    }

    public List<Hold> active() {
        return control.sql("select * from storeveil.hold where released_at is null order by placed_at, id")
                .query(HoldRecords::hold)
                .list();
    }

    public List<Hold> all() {
        return control.sql("select * from storeveil.hold order by placed_at, id")
                .query(HoldRecords::hold)
                .list();
    }

    /** What the store has and the control database does not, or the other way round: interrupted, or a restored store. */
    public Set<String> outOfStep() {
        Set<String> mirrored = frozen.ids(Frozen.Line.HOLD);
        Set<String> active = new HashSet<>(active().stream().map(Hold::id).toList());
        Set<String> outOfStep = new HashSet<>(mirrored);
        outOfStep.addAll(active);
        mirrored.retainAll(active);
        outOfStep.removeAll(mirrored);
        return outOfStep;
    }

    private static Hold hold(ResultSet row, int number) throws SQLException {
        return new Hold(
                row.getString("id"),
                row.getString("subject_kind"),
                row.getString("subject_ref"),
                row.getString("reason"),
                row.getString("placed_by"),
                row.getObject("placed_at", OffsetDateTime.class).toInstant(),
                row.getString("released_by"),
                instant(row, "released_at"));
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime value = row.getObject(column, OffsetDateTime.class);
        return value == null ? null : value.toInstant();
    }

    private OffsetDateTime now() {
        return clock.instant().atOffset(ZoneOffset.UTC);
    }
}
