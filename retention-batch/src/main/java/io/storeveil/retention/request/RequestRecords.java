package io.storeveil.retention.request;

import io.storeveil.keys.KeyReference;
import io.storeveil.keys.KeyState;
import io.storeveil.keys.Keyring;
import io.storeveil.keys.OwnerId;
import io.storeveil.retention.command.InputWrong;
import io.storeveil.retention.ledger.Ledger;
import io.storeveil.retention.person.PersonRecords;
import io.storeveil.retention.person.Signatory;
import io.storeveil.retention.subject.Born;
import io.storeveil.retention.subject.SealedSubject;
import io.storeveil.retention.subject.Subject;
import io.storeveil.retention.sweep.Run;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Requests and what became of them. Every change of state is an event and an entry of the ledger, all or nothing. */
public final class RequestRecords {

    private static final SealedSubject SEALED = new SealedSubject("storeveil/request");

    private final JdbcClient control;
    private final TransactionTemplate transaction;
    private final Ledger ledger;
    private final PersonRecords people;
    private final Clock clock;

    public RequestRecords(DataSource control, Clock clock) {
        this.control = JdbcClient.create(control);
        this.transaction = new TransactionTemplate(new JdbcTransactionManager(control));
        this.ledger = new Ledger(control, clock);
        this.people = new PersonRecords(control, clock);
        this.clock = clock;
    }

    /**
     * Enters a request to erase.
     *
     * @param identifier the name of the identifier that found the person; null if their key did
     * @throws InputWrong if one for this person is open already
     */
    Request erase(
            Subject subject,
            KeyState keys,
            @Nullable String identifier,
            Law law,
            Instant receivedAt,
            ZoneId zone,
            String recordedBy) {
        return entered("an erasure of this person is open already", () -> {
            String id = insert(
                    "erase", RequestState.RECEIVED, subject, keys, identifier, law, receivedAt, zone, recordedBy);
            remember(id, RequestState.RECEIVED, recordedBy, null, law.name());
            return id;
        });
    }

    /**
     * Enters a restriction, which is in force with the transaction around it.
     *
     * @param ground why; kept as it is written
     * @throws InputWrong if the person is restricted already
     */
    Request restrict(
            Subject subject,
            KeyState keys,
            Law law,
            Instant receivedAt,
            ZoneId zone,
            String ground,
            String recordedBy) {
        return entered("this person is restricted already", () -> {
            String id =
                    insert("restrict", RequestState.RESTRICTED, subject, keys, null, law, receivedAt, zone, recordedBy);
            ground(id, ground);
            remember(id, RequestState.RESTRICTED, recordedBy, null, ground);
            return id;
        });
    }

    private Request entered(String already, Supplier<String> entering) {
        try {
            return Objects.requireNonNull(transaction.execute(status -> required(entering.get())));
        } catch (DuplicateKeyException open) {
            throw new InputWrong(already + "; see 'request list'");
        }
    }

    Request lift(String id, String who, String detail) {
        return Objects.requireNonNull(transaction.execute(status -> {
            mayBecome(locked(id), RequestState.CLOSED);
            enter(id, RequestState.CLOSED, who, null, detail);
            return required(id);
        }));
    }

    /** Whom a request that has not ended is about. */
    OwnerId person(String id, Keyring keys, KeyReference reference) {
        byte[] sealed = control.sql("select subject_sealed from storeveil.request where id = :id")
                .param("id", id)
                .query(byte[].class)
                .single();
        return SEALED.unseal(keys, reference, sealed);
    }

    private String insert(
            String kind,
            RequestState state,
            Subject subject,
            KeyState keys,
            @Nullable String identifier,
            Law law,
            Instant receivedAt,
            ZoneId zone,
            String recordedBy) {
        Instant received = receivedAt.truncatedTo(ChronoUnit.MICROS);
        KeyReference reference = keys.reference(subject.owner());
        String id = nextId(received, zone);
        control.sql(
                        """
                        insert into storeveil.request (id, kind, law, subject_kind, subject_ref,
                            subject_sealed, identifier, received_at, due_at, state, recorded_by, born_hash)
                        values (:id, :kind, :law, :subject, :ref, :sealed, :identifier, :received, :due, :state, :by,
                            :born)""")
                .param("id", id)
                .param("kind", kind)
                .param("law", law.name())
                .param("subject", subject.kind().name())
                .param("ref", reference.toString())
                .param("sealed", SEALED.seal(keys, reference, subject.owner()))
                .param("identifier", identifier)
                .param("received", utc(received))
                .param("due", utc(law.due(received, zone)))
                .param("state", state.word())
                .param("by", recordedBy)
                .param("born", Born.hash(keys, subject.kind(), subject.storeText(), subject.created()))
                .update();
        return id;
    }

    private void ground(String id, String ground) {
        control.sql("update storeveil.request set ground = :ground where id = :id")
                .param("ground", ground)
                .param("id", id)
                .update();
    }

    /** @throws InputWrong if the state does not allow it, or the signatory is who recorded it */
    Request approve(String id, Signatory signatory, boolean despiteOpen) {
        return Objects.requireNonNull(transaction.execute(status -> {
            Request request = locked(id);
            mayBecome(request, RequestState.APPROVED);
            String person = signatory.person().name();
            if (person.equals(request.recordedBy())) {
                throw new InputWrong(id + " was recorded by " + person + ": a second person has to approve it");
            }
            control.sql(
                            """
                            update storeveil.request set state = 'approved', approved_by = :person, approved_at = :now,
                                approval_signature = :signature, despite_open = :despite where id = :id""")
                    .param("person", person)
                    .param("now", now())
                    .param("signature", signatory.sign(approvalText(request, despiteOpen)))
                    .param("despite", despiteOpen)
                    .param("id", id)
                    .update();
            remember(id, RequestState.APPROVED, person, null, despiteOpen ? "despite open contracts" : "");
            return required(id);
        }));
    }

    /** @param ground why, as it will be told to the person; kept as it is written */
    Request refuse(String id, Signatory signatory, String ground) {
        return Objects.requireNonNull(transaction.execute(status -> {
            mayBecome(locked(id), RequestState.REFUSED);
            ground(id, ground);
            enter(id, RequestState.REFUSED, signatory.person().name(), null, ground);
            return required(id);
        }));
    }

    Request withdraw(String id, String who) {
        return Objects.requireNonNull(transaction.execute(status -> {
            mayBecome(locked(id), RequestState.WITHDRAWN);
            enter(id, RequestState.WITHDRAWN, who, null, "");
            return required(id);
        }));
    }

    /**
     * Carries a request on, on behalf of a run. A restarted step may say the same again: that changes nothing.
     *
     * @throws IllegalStateException if the state does not lead there
     */
    public void advance(String id, RequestState to, Run run, String detail) {
        transaction.executeWithoutResult(status -> {
            Request request = locked(id);
            boolean again = request.state() == to && run.id().equals(request.run());
            if (again || request.state().past(to)) {
                return;
            }
            if (!request.state().next().contains(to)) {
                throw new IllegalStateException(
                        id + " is " + request.state().word() + " and cannot become " + to.word());
            }
            enter(id, to, "sweep", run.id(), detail);
        });
    }

    /**
     * What a sweep has to erase, the earliest due first: approved, and what an earlier attempt or a hold has left over.
     *
     * @throws ForgedApproval if one's approval is not signed by an enrolled second person
     */
    public List<DueRequest> approved(Keyring keys) {
        return due(keys, "state in ('approved', 'scheduled', 'held')");
    }

    /** What is gone from the store and not closed yet, by whichever run: for the steps after erase. */
    public List<DueRequest> erased(Keyring keys) {
        return due(keys, "state in ('erased', 'drained', 'shredded', 'checked')");
    }

    /** Restrictions in force. */
    List<Request> restricted() {
        return control.sql("select * from storeveil.request where state = 'restricted' order by id")
                .query(RequestRecords::request)
                .list();
    }

    public Optional<Request> request(String id) {
        return control.sql("select * from storeveil.request where id = :id")
                .param("id", id)
                .query(RequestRecords::request)
                .optional();
    }

    /** The earliest due first. */
    public List<Request> open() {
        return control.sql(
                        """
                        select * from storeveil.request where state not in ('closed', 'withdrawn', 'refused')
                        order by due_at, id""")
                .query(RequestRecords::request)
                .list();
    }

    public List<Request> all() {
        return control.sql("select * from storeveil.request order by due_at, id")
                .query(RequestRecords::request)
                .list();
    }

    public List<RequestEvent> events(String id) {
        return control.sql("select * from storeveil.request_event where request = :id order by id")
                .param("id", id)
                .query((row, n) -> new RequestEvent(
                        row.getObject("at", OffsetDateTime.class).toInstant(),
                        RequestState.of(row.getString("state")),
                        row.getString("who"),
                        row.getString("run"),
                        row.getString("detail")))
                .list();
    }

    private List<DueRequest> due(Keyring keys, String condition) {
        return control.sql("select * from storeveil.request where kind = 'erase' and subject_sealed is not null and "
                        + condition + " order by due_at, id")
                .query((row, n) -> due(keys, row, n))
                .list();
    }

    private DueRequest due(Keyring keys, ResultSet row, int number) throws SQLException {
        Request request = request(row, number);
        byte[] signature = row.getBytes("approval_signature");
        if (request.approvedBy() == null
                || request.approvedBy().equals(request.recordedBy())
                || signature == null
                || !people.signed(request.approvedBy(), approvalText(request, request.despiteOpen()), signature)) {
            throw new ForgedApproval(request.id());
        }
        KeyReference reference = KeyReference.parse(request.subjectRef());
        OwnerId owner = SEALED.unseal(keys, reference, row.getBytes("subject_sealed"));
        return new DueRequest(
                request.id(),
                request.subjectKind(),
                owner,
                reference,
                request.receivedAt(),
                request.dueAt(),
                request.state(),
                request.despiteOpen(),
                row.getString("born_hash"));
    }

    private static String approvalText(Request request, boolean despiteOpen) {
        return String.join(
                "\n",
                "storeveil/v1/request-approval",
                request.id(),
                request.kind(),
                request.subjectKind(),
                request.subjectRef(),
                request.receivedAt().toString(),
                request.dueAt().toString(),
                despiteOpen ? "despite open contracts" : "after open contracts");
    }

    private void enter(String id, RequestState state, String who, @Nullable String run, String detail) {
        // Once it has ended nobody needs to know who it was; the reference stays.
        control.sql(
                        """
                        update storeveil.request set state = :state, run = coalesce(:run, run),
                            closed_at = case when :ended then cast(:now as timestamptz) end,
                            subject_sealed = case when :ended then null else subject_sealed end
                        where id = :id""")
                .param("state", state.word())
                .param("run", run)
                .param("ended", state.ended())
                .param("now", now())
                .param("id", id)
                .update();
        if (state.ended()) {
            control.sql("delete from storeveil.trace where request = :id")
                    .param("id", id)
                    .update();
        }
        remember(id, state, who, run, detail);
    }

    private void remember(String id, RequestState state, String who, @Nullable String run, String detail) {
        control.sql(
                        """
                        insert into storeveil.request_event (request, at, state, who, run, detail)
                        values (:id, :now, :state, :who, :run, :detail)""")
                .param("id", id)
                .param("now", now())
                .param("state", state.word())
                .param("who", who)
                .param("run", run)
                .param("detail", detail)
                .update();
        Map<String, Object> body = new LinkedHashMap<>(Map.of("request", id, "who", who));
        if (!detail.isEmpty()) {
            body.put("detail", detail);
        }
        ledger.append("request-" + state.word(), run, body);
    }

    private String nextId(Instant received, ZoneId zone) {
        long number = control.sql("select nextval('storeveil.request_number')")
                .query(Long.class)
                .single();
        return "R-%d-%04d".formatted(received.atZone(zone).getYear(), number);
    }

    private static void mayBecome(Request request, RequestState state) {
        if (!request.state().next().contains(state)) {
            throw new InputWrong(
                    request.id() + " is " + request.state().word() + ": it can no longer be " + state.word());
        }
    }

    private Request locked(String id) {
        return control.sql("select * from storeveil.request where id = :id for update")
                .param("id", id)
                .query(RequestRecords::request)
                .optional()
                .orElseThrow(() -> new InputWrong("there is no such request; see 'request list --all'"));
    }

    private Request required(String id) {
        return request(id).orElseThrow();
    }

    private static Request request(ResultSet row, int number) throws SQLException {
        return new Request(
                row.getString("id"),
                row.getString("kind"),
                Law.valueOf(row.getString("law")),
                row.getString("subject_kind"),
                row.getString("subject_ref"),
                row.getString("identifier"),
                row.getObject("received_at", OffsetDateTime.class).toInstant(),
                row.getObject("due_at", OffsetDateTime.class).toInstant(),
                RequestState.of(row.getString("state")),
                row.getString("recorded_by"),
                row.getString("approved_by"),
                instant(row, "approved_at"),
                row.getBoolean("despite_open"),
                row.getString("ground"),
                row.getString("run"),
                instant(row, "closed_at"));
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime value = row.getObject(column, OffsetDateTime.class);
        return value == null ? null : value.toInstant();
    }

    private OffsetDateTime now() {
        return utc(clock.instant());
    }

    private static OffsetDateTime utc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
