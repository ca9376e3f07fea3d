package io.storeveil.retention.expire;

import io.storeveil.keys.KeyReference;
import io.storeveil.policy.Column;
import io.storeveil.retention.ownership.OwnerKeys;
import io.storeveil.retention.ownership.Ownership;
import io.storeveil.retention.ownership.Sql;
import io.storeveil.retention.ownership.Texts;
import io.storeveil.retention.plan.Rule;
import io.storeveil.retention.store.JournalEntry;
import io.storeveil.retention.store.JournalEntry.Action;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a statement over a stretch answers, in one row: for each rule how many rows were changed, and the keys of those that
 * are gone; the keys of rows of the first rule that stay, and whose key goes; and for the stretch how many rows began it and
 * the position of the last of them.
 */
final class Answers {

    private final List<Rule> rules;
    private final Ownership ownership;
    private final OwnerKeys keys;
    private final Optional<String> stub;
    private final List<List<KeyReference>> references = new ArrayList<>();
    private List<KeyReference> stubs = List.of();
    private final long[] changed;
    private long begun;
    private @Nullable List<String> last;

    /** @param stub true for rows of the first rule that stay, and whose key goes; empty where none does */
    Answers(List<Rule> rules, Ownership ownership, OwnerKeys keys, Optional<String> stub) {
        this.rules = rules;
        this.ownership = ownership;
        this.keys = keys;
        this.stub = stub;
        this.changed = new long[rules.size()];
    }

    /** True where each row is named, for its key to be shredded. */
    private boolean named(Rule rule) {
        return rule.kind() == Rule.Kind.DELETE && ownership.ownsKeys(rule.table());
    }

    /** What an answer needs: the keys that are to be shredded, and what the next tables are found by. */
    String returning(Rule rule) {
        Set<String> columns = new LinkedHashSet<>();
        if (rule.kind() == Rule.Kind.DELETE) {
            if (ownership.ownsKeys(rule.table())) {
                columns.addAll(ownership.ownerKey(rule.table()));
            }
            ownership
                    .linksInto(rule.table())
                    .forEach(link -> columns.addAll(link.owner().on().values()));
        }
        Optional<String> keyless = stub.filter(any -> rule.equals(rules.get(0)));
        keyless.ifPresent(any -> columns.addAll(ownership.ownerKey(rule.table())));
        return (columns.isEmpty() ? " returning 1 as one" : " returning " + Sql.list("a", columns))
                + keyless.map(condition -> ", " + condition + " as stub").orElse("");
    }

    /**
     * From {@code g0}, {@code g1} ... in which the rules' rows have gone.
     *
     * @param stretch what else is asked, of {@code e} and its only row, if it has one; empty for nothing
     */
    String select(List<String> stretch) {
        List<String> asked = new ArrayList<>();
        List<String> from = new ArrayList<>();
        for (int i = 0; i < rules.size(); i++) {
            String gone = "g" + i;
            List<String> columns = new ArrayList<>(List.of("count(*)"));
            if (named(rules.get(i))) {
                columns.add(keysOf(rules.get(i)).of(gone, ""));
            }
            if (i == 0 && stub.isPresent()) {
                columns.add(keysOf(rules.get(i)).of(gone, " filter (where stub)"));
            }
            asked.add("r" + i + ".*");
            from.add("(select " + String.join(", ", columns) + " from " + gone + ") r" + i);
        }
        asked.addAll(stretch);
        return "select " + String.join(", ", asked) + " from " + String.join(" cross join ", from)
                + (stretch.isEmpty() ? "" : " left join e on true");
    }

    private KeyColumns keysOf(Rule rule) {
        return new KeyColumns(rule.table(), ownership, keys);
    }

    /**
     * @param positions how many texts a position has; 0 where no stretch was asked for
     * @param answered  called when the database has nothing to do any more
     */
    void read(PreparedStatement statement, int positions, Runnable answered) throws SQLException {
        try (ResultSet row = statement.executeQuery()) {
            answered.run();
            row.next();
            int next = 1;
            for (int i = 0; i < rules.size(); i++) {
                KeyColumns key = keysOf(rules.get(i));
                changed[i] = row.getLong(next++);
                references.add(named(rules.get(i)) ? key.read(row, next) : List.of());
                next += named(rules.get(i)) ? key.number() : 0;
                if (i == 0 && stub.isPresent()) {
                    stubs = key.read(row, next);
                    next += key.number();
                }
            }
            if (positions > 0) {
                begun = row.getLong(next);
                last = begun == 0 ? null : Texts.of(row, next + 1, positions);
            }
        }
    }

    /** How many rows began the stretch, due or not. */
    long begun() {
        return begun;
    }

    /** How many rows the rule at this place changed. */
    long changed(int rule) {
        return changed[rule];
    }

    /** Null where no row began it. */
    @Nullable
    List<String> last() {
        return last;
    }

    /** Children first. */
    List<JournalEntry> entries() {
        List<JournalEntry> entries = new ArrayList<>();
        for (int i = rules.size() - 1; i >= 0; i--) {
            Rule rule = rules.get(i);
            if (changed[i] > 0) {
                entries.add(JournalEntry.chunk(
                        rule.kind() == Rule.Kind.DELETE ? Action.DELETE : Action.ANONYMISE,
                        rule.table().toString(),
                        rule.name(),
                        references.get(i),
                        rule.columns().stream().map(Column::name).toList(),
                        changed[i]));
            }
        }
        entries.addAll(Stubs.entries(rules.get(0).table(), stubs));
        return entries;
    }
}
