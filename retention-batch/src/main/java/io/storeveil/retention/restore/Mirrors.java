package io.storeveil.retention.restore;

import io.storeveil.keys.KeyReference;
import io.storeveil.keys.OwnerId;
import io.storeveil.policy.SubjectKind;
import io.storeveil.retention.consent.Refusals;
import io.storeveil.retention.hold.Frozen;
import io.storeveil.retention.subject.Subject;
import io.storeveil.retention.sweep.SweepContext;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What the store has of the control database, so that its own statements can read it: who is frozen, and who refuses what.
 * A store that was put back has it as it was then.
 */
final class Mirrors implements Census.Visitor {

    /** A hold or a restriction that is in force. */
    record Frost(String id, String kind, String reference, Frozen.Line line) {}

    private final SweepContext context;
    private final Frozen frozen;
    private final Refusals refusals;
    private final Map<String, List<Frost>> missing;
    private final Set<String> thawed = new TreeSet<>();

    Mirrors(SweepContext context) {
        this.context = context;
        this.frozen = new Frozen(context.store());
        this.refusals = new Refusals(context.transaction(), context.control(), context.clock());
        this.missing = new HashMap<>();
        missing().forEach(frost -> missing.computeIfAbsent(frost.reference(), any -> new ArrayList<>())
                .add(frost));
    }

    /** In force, and not in the store. */
    List<Frost> missing() {
        Set<String> there = there();
        List<Frost> missing = new ArrayList<>(inForce());
        missing.removeIf(frost -> there.contains(frost.id()));
        if (!missing.isEmpty()) {
            // One that ended while the two were compared is not missing.
            Set<String> still = inForce().stream().map(Frost::id).collect(Collectors.toSet());
            missing.removeIf(frost -> !still.contains(frost.id()));
        }
        return missing;
    }

    private Set<String> there() {
        Set<String> there = new TreeSet<>(frozen.ids(Frozen.Line.HOLD));
        there.addAll(frozen.ids(Frozen.Line.RESTRICTION));
        return there;
    }

    private List<Frost> inForce() {
        return JdbcClient.create(context.control())
                .sql(
                        """
                        select id, subject_kind, subject_ref, 'HOLD' from storeveil.hold where released_at is null
                        union all
                        select id, subject_kind, subject_ref, 'RESTRICTION' from storeveil.request where state = 'restricted'
                        order by 1""")
                .query((row, n) -> new Frost(
                        row.getString(1), row.getString(2), row.getString(3), Frozen.Line.valueOf(row.getString(4))))
                .list();
    }

    /** Ends in the store what has ended; one that the control database never knew stays, and the person frozen. */
    void thaw() {
        Set<String> ended = JdbcClient.create(context.control())
                .sql(
                        """
                        select id from storeveil.hold where released_at is not null
                        union all select id from storeveil.request where kind = 'restrict' and state <> 'restricted'""")
                .query(String.class)
                .set();
        there().stream().filter(ended::contains).forEach(id -> {
            frozen.clear(id);
            thawed.add(id);
        });
    }

    @Override
    public void visit(SubjectKind kind, List<Census.Person> people) throws SQLException {
        for (Census.Person person : people) {
            for (Frost frost : missing.getOrDefault(person.reference().toString(), List.of())) {
                freeze(kind, frost, person.reference(), person.joinedKey());
            }
        }
        refusals.rebuild(
                kind,
                people.stream()
                        .collect(Collectors.toMap(
                                person -> person.reference().toString(),
                                Census.Person::joinedKey,
                                (one, same) -> one)));
    }

    private void freeze(SubjectKind kind, Frost frost, KeyReference reference, String key) {
        OwnerId owner = OwnerId.of(kind.table().toString(), List.of(key));
        frozen.add(new Subject(kind, owner, key), reference, frost.id(), frost.line());
    }

    /**
     * What was done, in a sentence each; after everybody was visited. What freezes somebody who is not in the store any more
     * is written there with their reference in place of their key.
     */
    List<String> settled() {
        Set<String> nowhere = new TreeSet<>();
        for (Frost frost : missing()) {
            SubjectKind kind = context.policy().subjects().get(frost.kind());
            if (kind != null) {
                KeyReference reference = KeyReference.parse(frost.reference());
                freeze(kind, frost, reference, frost.reference());
            }
            nowhere.add(frost.id());
        }
        Set<String> back = missing.values().stream()
                .flatMap(List::stream)
                .map(Frost::id)
                .filter(id -> !nowhere.contains(id))
                .collect(Collectors.toCollection(TreeSet::new));
        List<String> sentences = new ArrayList<>();
        say(sentences, back, list -> "the store did not know of " + list + ", and does again");
        say(sentences, thawed, list -> "the store did not know of the end of " + list + ", and does again");
        say(sentences, nowhere, list -> "the store has no row of whom these freeze: " + list);
        return sentences;
    }

    private static void say(List<String> sentences, Set<String> ids, Function<String, String> sentence) {
        if (!ids.isEmpty()) {
            sentences.add(sentence.apply(String.join(", ", ids)));
        }
    }
}
