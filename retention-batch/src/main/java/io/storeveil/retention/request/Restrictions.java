package io.storeveil.retention.request;

import io.storeveil.keys.KeyReference;
import io.storeveil.keys.KeyState;
import io.storeveil.keys.OwnerId;
import io.storeveil.policy.Policy;
import io.storeveil.retention.command.InputWrong;
import io.storeveil.retention.consent.EveryPurpose;
import io.storeveil.retention.hold.Frozen;
import io.storeveil.retention.subject.Subject;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import javax.sql.DataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Restriction of processing (GDPR Art. 18): the person's rows are frozen in the store, and their values open for no
 * purpose at a sink. It needs nobody's approval, since it only protects; to end it does.
 */
final class Restrictions {

    /** @param notSent why rows of some tables could not be sent through the stream again */
    record Outcome(Request request, Set<String> notSent) {}

    private final Policy policy;
    private final RequestRecords records;
    private final Frozen frozen;
    private final EveryPurpose purposes;
    private final KeyState keys;
    private final TransactionTemplate transaction;

    Restrictions(Policy policy, DataSource store, DataSource control, KeyState keys, Clock clock) {
        this.policy = policy;
        this.records = new RequestRecords(control, clock);
        this.frozen = new Frozen(store);
        this.purposes = new EveryPurpose(policy, store, control, keys, clock);
        this.keys = keys;
        this.transaction = new TransactionTemplate(new JdbcTransactionManager(control));
    }

    /** When this returns, no sweep touches the person, and whatever a sink reads from now on stays closed. */
    Outcome restrict(Subject person, Law law, Instant received, String ground, String who) {
        KeyReference reference = keys.reference(person.owner());
        if (keys.isPunctured(reference)) {
            throw new InputWrong("this person was erased: nothing of theirs is left to be restricted");
        }
        List<OwnerId> rows = purposes.rowsOf(person);
        Request request = Objects.requireNonNull(transaction.execute(status -> {
            Request entered = records.restrict(person, keys, law, received, policy.timeZone(), ground, who);
            purposes.forbid(person, rows, entered.id(), who);
            // Last of all, and still undone with the rest: nobody is restricted whose rows are not frozen.
            frozen.add(person, reference, entered.id(), Frozen.Line.RESTRICTION);
            return entered;
        }));
        return new Outcome(request, purposes.resend());
    }

    /** Closes what has come since of those who are restricted. @return how many rows that own keys these are */
    long extend(String who) {
        long extended = 0;
        for (Request request : records.restricted()) {
            if (policy.subjects().containsKey(request.subjectKind())) {
                Subject person = person(request);
                extended += purposes.extend(person, purposes.rowsOf(person), request.id(), who);
            }
        }
        return extended;
    }

    /** @param told when the person was informed that it ends (Art. 18(3)) */
    Outcome lift(String id, LocalDate told, String who) {
        Request request = records.request(id)
                .orElseThrow(() -> new InputWrong("there is no such request; see 'request list --all'"));
        if (request.state() != RequestState.RESTRICTED) {
            throw new InputWrong(id + " is " + request.state().word() + ": only what is restricted can be lifted");
        }
        Subject person = person(request);
        List<OwnerId> rows = purposes.rowsOf(person);
        Request lifted = Objects.requireNonNull(transaction.execute(status -> {
            purposes.allow(person, rows, id, who);
            return records.lift(id, who, "lifted; told on " + told);
        }));
        frozen.clear(id);
        return new Outcome(lifted, purposes.resend());
    }

    private Subject person(Request request) {
        var kind = policy.subjects().get(request.subjectKind());
        if (kind == null) {
            throw new InputWrong(request.id() + " is about a " + request.subjectKind()
                    + ", and the policy no longer knows this kind of subject");
        }
        OwnerId owner = records.person(request.id(), keys, reference(request));
        String text =
                String.join(",", owner.key().stream().map(Object::toString).toList());
        return new Subject(kind, owner, text);
    }

    private static KeyReference reference(Request request) {
        return KeyReference.parse(request.subjectRef());
    }
}
