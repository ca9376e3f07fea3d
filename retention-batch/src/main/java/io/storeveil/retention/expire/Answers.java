package io.storeveil.retention.expire;

import io.storeveil.keys.KeyReference;
import io.storeveil.policy.Column;
import io.storeveil.policy.TableName;
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
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a statement over a stretch answers: rows of a number and texts. The number is a rule's place, with the key of a row
 * that is gone or else with how many rows were changed; or {@link #STUB}, with the key of a row of the first rule that
 * stays, and whose key goes; or {@link #STRETCH}, with how many rows began the stretch and the position of the last of
 * them.
 */
final class Answers {

    static final int STRETCH = -1;
    static final int STUB = -2;

    private final List<Rule> rules;
    private final Ownership ownership;
    private final OwnerKeys keys;
    private final Optional<String> stub;
    private final List<List<KeyReference>> references = new ArrayList<>();
    private final List<KeyReference> stubs = new ArrayList<>();
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
        rules.forEach(rule -> references.add(new ArrayList<>()));
    }

    /** True where each row is named, for its key to be shredded. */
    static boolean named(Rule rule, Ownership ownership) {
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

    /** What is asked of one source of answers. */
    private record Asked(int number, List<String> texts, String from) {}

    /**
     * For each rule a row for each key, or one with the number of rows, from {@code g0}, {@code g1} ... in which its rows
     * have gone; those of the stubs; and one for the stretch.
     *
     * @param stretch texts of one row of {@code e}; empty where there is none
     */
    String select(List<String> stretch) {
        List<Asked> asked = new ArrayList<>();
        for (int i = 0; i < rules.size(); i++) {
            String from = "g" + i;
            asked.add(new Asked(
                    i,
                    named(rules.get(i), ownership) ? keyTexts(rules.get(i), from) : List.of("count(*)::text"),
                    from));
        }
        if (stub.isPresent()) {
            asked.add(new Asked(STUB, keyTexts(rules.get(0), "g0"), "g0 where stub"));
        }
        if (!stretch.isEmpty()) {
            asked.add(new Asked(STRETCH, stretch, "e"));
        }
        int width = asked.stream().mapToInt(each -> each.texts().size()).max().orElse(1);
        return asked.stream()
                .map(each -> "select " + each.number() + ", " + String.join(", ", each.texts())
                        + ", null".repeat(width - each.texts().size()) + " from " + each.from())
                .collect(Collectors.joining(" union all "));
    }

    private List<String> keyTexts(Rule rule, String from) {
        return ownership.ownerKey(rule.table()).stream()
                .map(column -> Sql.of(from, column) + "::text")
                .toList();
    }

    /** @param positions how many texts a position has */
    void read(PreparedStatement statement, int positions) throws SQLException {
        boolean[] named = new boolean[rules.size()];
        for (int i = 0; i < named.length; i++) {
            named[i] = named(rules.get(i), ownership);
        }
        try (ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                int rule = row.getInt(1);
                if (rule == STRETCH) {
                    begun = row.getLong(2);
                    last = Texts.of(row, 3, positions);
                } else if (rule == STUB) {
                    stubs.add(reference(row, 0));
                } else if (named[rule]) {
                    references.get(rule).add(reference(row, rule));
                    changed[rule]++;
                } else {
                    changed[rule] = row.getLong(2);
                }
            }
        }
    }

    private KeyReference reference(ResultSet row, int rule) throws SQLException {
        TableName table = rules.get(rule).table();
        return keys.reference(table, Texts.of(row, 2, ownership.ownerKey(table).size()));
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
