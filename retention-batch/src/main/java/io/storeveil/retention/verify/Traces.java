package io.storeveil.retention.verify;

import io.storeveil.keys.KeyReference;
import io.storeveil.keys.Keyring;
import io.storeveil.policy.Policy;
import io.storeveil.policy.SubjectKind;
import io.storeveil.retention.erase.Erasure;
import io.storeveil.retention.subject.Sealing;
import io.storeveil.retention.sweep.SweepContext;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;

/** What is remembered of people between their erasure and the end of their request, sealed in the control database. */
final class Traces {

    private static final Sealing SEALED = new Sealing("storeveil/trace");

    private final JdbcTemplate control;
    private final Clock clock;
    private final String store;

    Traces(DataSource control, Clock clock, String store) {
        this.control = new JdbcTemplate(control);
        this.clock = clock;
        this.store = store;
    }

    Traces(SweepContext context) {
        this(context.control(), context.clock(), context.run().store());
    }

    /** Replaces what an attempt before has remembered: nothing was erased since. */
    void keep(Keyring keys, Map<Erasure, Remembered> people) {
        List<Object[]> rows = new ArrayList<>();
        people.forEach((person, remembered) -> rows.add(new Object[] {
            person.request(),
            person.subject().toString(),
            person.onlyIf() == null ? null : store,
            SEALED.seal(keys, person.subject(), remembered.json()),
            clock.instant().atOffset(ZoneOffset.UTC)
        }));
        control.batchUpdate(
                """
                insert into storeveil.trace (request, subject_ref, without_request_in, sealed, taken_at)
                values (?, ?, ?, ?, ?)
                on conflict (request) do update set sealed = excluded.sealed, taken_at = excluded.taken_at""",
                rows);
    }

    /** People whom a rule found: no request of theirs tells of them any more. */
    List<Erasure> withoutRequest(Keyring keys, Policy policy) {
        List<Erasure> people = new ArrayList<>();
        control.query(
                "select request, subject_ref, sealed from storeveil.trace where without_request_in = ? order by request",
                row -> {
                    KeyReference subject = KeyReference.parse(row.getString("subject_ref"));
                    Remembered found = Remembered.of(SEALED.unseal(keys, subject, row.getBytes("sealed")));
                    SubjectKind kind = policy.subjects().get(found.kind());
                    if (kind != null) {
                        people.add(new Erasure(row.getString("request"), kind, found.key(), subject, false));
                    }
                },
                store);
        return people;
    }

    void forgetWithoutRequest() {
        control.update("delete from storeveil.trace where without_request_in = ?", store);
    }

    Optional<Remembered> of(Keyring keys, Erasure person) {
        return of(keys, person.request(), person.subject());
    }

    Optional<Remembered> of(Keyring keys, String request, KeyReference subject) {
        return control
                .query(
                        "select sealed from storeveil.trace where request = ?",
                        (row, n) -> Remembered.of(SEALED.unseal(keys, subject, row.getBytes(1))),
                        request)
                .stream()
                .findFirst();
    }
}
