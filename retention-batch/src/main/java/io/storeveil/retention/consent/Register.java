package io.storeveil.retention.consent;

import io.storeveil.keys.KeyState;
import io.storeveil.policy.Policy;
import io.storeveil.retention.command.Terminal;
import io.storeveil.retention.keystate.KeyStates;
import io.storeveil.retention.subject.Subject;
import io.storeveil.retention.subject.SubjectLookup;
import java.time.Clock;
import java.util.List;

/** Where a command writes what people say, and looks them up. */
final class Register {

    private final Policy policy;
    private final SubjectLookup lookup;
    private final KeyState keys;
    private final ConsentRecords records;
    private final Clock clock;
    private final String who;

    private Register(
            Policy policy, SubjectLookup lookup, KeyState keys, ConsentRecords records, Clock clock, String who) {
        this.policy = policy;
        this.lookup = lookup;
        this.keys = keys;
        this.records = records;
        this.clock = clock;
        this.who = who;
    }

    static Register open(Terminal terminal, Policy policy) {
        return new Register(
                policy,
                new SubjectLookup(policy, terminal.settings().store().dataSource()),
                KeyStates.store(terminal.settings()).current(),
                new ConsentRecords(terminal.control(), terminal.clock()),
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

    List<Statement> of(Subject person) {
        return records.of(keys.reference(person.owner()));
    }
}
