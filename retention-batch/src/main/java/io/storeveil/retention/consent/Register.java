package io.storeveil.retention.consent;

import io.storeveil.keys.KeyState;
import io.storeveil.policy.Policy;
import io.storeveil.retention.command.CommandFailed;
import io.storeveil.retention.command.InputWrong;
import io.storeveil.retention.command.Terminal;
import io.storeveil.retention.keystate.KeyStates;
import io.storeveil.retention.subject.Subject;
import io.storeveil.retention.subject.SubjectLookup;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import javax.sql.DataSource;

/** Where a command writes what people say, and looks them up. */
final class Register {

    private final Policy policy;
    private final DataSource store;
    private final DataSource control;
    private final SubjectLookup lookup;
    private final KeyState keys;
    private final ConsentRecords records;
    private final Clock clock;
    private final String who;

    private Register(Policy policy, DataSource store, DataSource control, KeyState keys, Clock clock, String who) {
        this.policy = policy;
        this.store = store;
        this.control = control;
        this.lookup = new SubjectLookup(policy, store);
        this.keys = keys;
        this.records = new ConsentRecords(control, clock);
        this.clock = clock;
        this.who = who;
    }

    static Register open(Terminal terminal, Policy policy) {
        return new Register(
                policy,
                terminal.settings().store().dataSource(),
                terminal.control(),
                KeyStates.store(terminal.settings()).current(),
                terminal.clock(),
                terminal.operator());
    }

    SubjectLookup lookup() {
        return lookup;
    }

    Statement statement(Subject person, Draft draft) {
        return draft.of(person, policy, keys, clock);
    }

    /** @return false if it was recorded before */
    boolean record(Subject person, Statement statement) {
        return records.record(statement, person.owner(), keys, who);
    }

    /** Sends the rows of everybody who said something new. What cannot be sent now, the next sweep tries again. */
    Resend.Outcome resend() {
        try {
            return Resend.open(policy, store, control, keys, clock).due(clock);
        } catch (SQLException failed) {
            return new Resend.Outcome(
                    0, Set.of("the store cannot be reached, or refused: SQLSTATE " + failed.getSQLState()));
        }
    }

    /** Sends everybody's rows, whether they said something or not. */
    Set<String> resend(String purpose) {
        if (!policy.purposes().containsKey(purpose)) {
            throw new InputWrong("--purpose: the policy knows these: "
                    + String.join(", ", policy.purposes().keySet()));
        }
        try {
            return Resend.open(policy, store, control, keys, clock).everybody(purpose);
        } catch (SQLException failed) {
            throw new CommandFailed("the store cannot be reached, or refused: SQLSTATE " + failed.getSQLState());
        }
    }

    List<Statement> of(Subject person) {
        return records.of(keys.reference(person.owner()));
    }
}
