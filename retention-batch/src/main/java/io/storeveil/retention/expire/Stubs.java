package io.storeveil.retention.expire;

import io.storeveil.keys.KeyReference;
import io.storeveil.policy.TableName;
import io.storeveil.retention.ownership.Clocks;
import io.storeveil.retention.ownership.EncryptedUnder;
import io.storeveil.retention.ownership.Ownership;
import io.storeveil.retention.ownership.RowKey;
import io.storeveil.retention.ownership.Thresholds;
import io.storeveil.retention.plan.Rule;
import io.storeveil.retention.store.JournalEntry;
import io.storeveil.retention.store.JournalEntry.Action;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Rows that stay though every value that was ever encrypted under their key has come to rest: the key goes, and with it
 * what history still holds of them. A row that the law wants a clear value of keeps its key, and so does one that is
 * held, restricted, or has an open contract. Where a key is for the row's own columns alone, it goes with the statement
 * that brings the last of them to rest; else, and for rows that nothing brought to rest tonight, a look finds them.
 */
final class Stubs {

    static final String RULE = "key of a stub";

    private final Ownership ownership;
    private final EncryptedUnder encrypted;
    private final Clocks clocks;
    private final Set<TableName> tables;

    /** @param approved of all the rules: only where nothing waits to come to rest may a key go */
    Stubs(Ownership ownership, Thresholds thresholds, List<Rule> rules, List<Rule> approved) {
        this.ownership = ownership;
        this.encrypted = new EncryptedUnder(ownership, thresholds);
        this.clocks = new Clocks(ownership);
        this.tables = new HashSet<>(ownership.childrenFirst());
        rules.stream()
                .filter(rule -> rule.kind() == Rule.Kind.ANONYMISE && !approved.contains(rule))
                .forEach(rule -> tables.remove(rule.table()));
    }

    /** Looks for keys of rows under which only their own columns are: to be carried out before those come to rest. */
    List<Rule> ofRowsAlone() {
        return rules(encrypted::ownAlone);
    }

    /** Looks for all other keys, to be carried out when everything has come to rest. */
    List<Rule> ofRowsAndMore() {
        return rules(table -> !encrypted.ownAlone(table));
    }

    private List<Rule> rules(Predicate<TableName> wanted) {
        return ownership.childrenFirst().stream()
                .filter(wanted)
                .flatMap(table -> over(table).stream()
                        .map(over -> new Rule(RULE, Rule.Kind.KEYS, table, Set.of(), over, List.of(), null, "")))
                .toList();
    }

    private Optional<LocalDate> over(TableName table) {
        return ownership.ownsKeys(table)
                        && RowKey.of(ownership, table).lasting()
                        && tables.containsAll(encrypted.tables(table))
                ? encrypted.over(table)
                : Optional.empty();
    }

    /** True for a row, as a statement of this rule leaves it, whose key goes at once; empty where a look is needed. */
    Optional<String> atOnce(Rule rule, String alias) {
        TableName table = rule.table();
        return rule.kind() == Rule.Kind.ANONYMISE && encrypted.ownAlone(table)
                ? over(table)
                        .flatMap(over -> clocks.before(table, alias, over))
                        .map(over -> "(" + over + " and " + encrypted.nothing(table, alias, rule.columns()) + ")")
                : Optional.empty();
    }

    String nothing(TableName table, String alias) {
        return encrypted.nothing(table, alias, List.of());
    }

    /** True where nothing but a row's own columns is ever under its key. */
    boolean ofRowsAlone(TableName table) {
        return encrypted.ownAlone(table);
    }

    boolean indexed(TableName table) {
        return encrypted.indexed(table);
    }

    static List<JournalEntry> entries(TableName table, List<KeyReference> owners) {
        return owners.isEmpty()
                ? List.of()
                : List.of(JournalEntry.chunk(Action.MARKER, table.toString(), RULE, owners, List.of(), owners.size()));
    }
}
