package io.storeveil.retention.plan;

import io.storeveil.policy.Column;
import io.storeveil.policy.Purpose;
import io.storeveil.policy.SubjectKind;
import io.storeveil.policy.Table;
import io.storeveil.policy.TableName;
import io.storeveil.retention.ledger.Sha256;
import io.storeveil.retention.ownership.AtRestValue;
import io.storeveil.retention.ownership.Clocks;
import io.storeveil.retention.ownership.Dependents;
import io.storeveil.retention.ownership.Ownership;
import io.storeveil.retention.ownership.Thresholds;
import io.storeveil.retention.plan.Rule.Refusal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The rules of a policy for one store, children before parents, a table's delete before its anonymisations. */
public final class Rules {

    private final Ownership ownership;
    private final Thresholds thresholds;
    private final AtRestValue atRest;
    private final Clocks clocks;

    public Rules(Ownership ownership, Thresholds thresholds) {
        this.ownership = ownership;
        this.thresholds = thresholds;
        this.atRest = new AtRestValue(ownership);
        this.clocks = new Clocks(ownership);
    }

    public List<Rule> all() {
        List<Rule> rules = new ArrayList<>();
        for (TableName table : ownership.childrenFirst()) {
            if (!ownership.table(table).shared()) {
                rules.addAll(of(table, clocks.of(table, "a").isPresent()));
            }
        }
        return rules;
    }

    /** For each kind of person that is erased when inactive; their rules are carried out like requests. */
    public List<Rule> ofInactivePeople() {
        List<Rule> rules = new ArrayList<>();
        for (SubjectKind kind : ownership.policy().subjects().values()) {
            Set<String> purposes = new TreeSet<>();
            ownership.childrenFirst().stream()
                    .filter(table -> ownership.leadsTo(table, kind))
                    .forEach(table -> purposes.addAll(ownership.rowPurposes(table)));
            if (kind.erasedInactive() && !purposes.isEmpty()) {
                rules.add(rule(
                        "erase inactive " + kind.name(),
                        Rule.Kind.ERASE,
                        kind.table(),
                        purposes,
                        atRest.columns(kind.table()),
                        null));
            }
        }
        return rules;
    }

    /** Tables that have purposes, and nothing that dates their rows: nothing in them ever expires. */
    public List<TableName> undated() {
        return ownership.childrenFirst().stream()
                .filter(table -> !ownership.table(table).shared()
                        && !ownership.rowPurposes(table).isEmpty()
                        && clocks.of(table, "a").isEmpty())
                .toList();
    }

    private List<Rule> of(TableName table, boolean dated) {
        List<Rule> rules = new ArrayList<>();
        Set<String> whole = ownership.rowPurposes(table);
        if (dated && !whole.isEmpty()) {
            rules.add(rule("delete " + table, Rule.Kind.DELETE, table, whole, List.of(), null));
        }
        Map<String, List<Column>> groups = new TreeMap<>();
        Map<String, Set<String>> purposes = new TreeMap<>();
        for (Column column : atRest.columns(table)) {
            Set<String> own = new TreeSet<>(ownership.columnPurposes(table, column));
            String group = String.join("+", own);
            groups.computeIfAbsent(group, any -> new ArrayList<>()).add(column);
            purposes.put(group, own);
        }
        groups.forEach((group, columns) -> {
            Set<String> own = purposes.getOrDefault(group, Set.of());
            String name = "anonymise " + table + " (" + group + ")";
            if (dated && !own.isEmpty() && !(own.equals(whole) && goesWhole(table))) {
                rules.add(rule(name, Rule.Kind.ANONYMISE, table, own, columns, null));
            }
            for (Refusal refusal : refusals(table, own)) {
                String refused = name + ", refused by " + refusal.kind().name();
                rules.add(rule(refused, Rule.Kind.ANONYMISE, table, own, columns, refusal));
            }
        });
        return rules;
    }

    /** For each kind of person whose rows these can be, if their own no can end one of the purposes. */
    private List<Refusal> refusals(TableName table, Set<String> purposes) {
        Map<String, LocalDate> chosen = new TreeMap<>();
        Map<String, LocalDate> others = new TreeMap<>();
        for (String name : purposes) {
            Purpose purpose = thresholds.purpose(name);
            (purpose.choice() == Purpose.Choice.NONE ? others : chosen).put(name, thresholds.day(purpose));
        }
        return chosen.isEmpty()
                ? List.of()
                : ownership.kindsOf(table).stream()
                        .map(kind -> new Refusal(kind, chosen, others))
                        .toList();
    }

    /** A row that nothing can refer to goes when its purposes are over, or keeps its values for a hold or a contract. */
    private boolean goesWhole(TableName table) {
        return new Dependents(ownership).holdingOn(table).isEmpty();
    }

    private Rule rule(
            String name,
            Rule.Kind kind,
            TableName table,
            Set<String> purposes,
            List<Column> columns,
            @Nullable Refusal refusal) {
        return new Rule(
                name,
                kind,
                table,
                purposes,
                thresholds.over(purposes).orElseThrow(),
                columns,
                refusal,
                Sha256.of(text(name, table, purposes, columns)));
    }

    private String text(String name, TableName tableName, Set<String> purposes, List<Column> columns) {
        Table table = ownership.table(tableName);
        StringBuilder text = new StringBuilder(name).append('\n');
        for (String each : purposes) {
            Purpose purpose = thresholds.purpose(each);
            text.append("purpose ")
                    .append(each)
                    .append(' ')
                    .append(purpose.basis())
                    .append(' ')
                    .append(purpose.keep())
                    .append(' ')
                    .append(purpose.from())
                    .append(purpose.from() == Purpose.From.END_OF_FISCAL_YEAR ? " " + purpose.yearEnds() : "")
                    .append('\n');
        }
        text.append("clock ").append(table.clock()).append('\n');
        if (table.dropsPartitions()) {
            text.append("partitions drop\n");
        }
        table.owners().forEach(owner -> text.append("owner ")
                .append(owner.to())
                .append(' ')
                .append(new TreeMap<>(owner.on()))
                .append(' ')
                .append(new TreeMap<>(owner.when()))
                .append('\n'));
        for (SubjectKind kind : ownership.kindsOf(tableName)) {
            text.append("subject ").append(kind.name()).append(' ').append(kind.clock());
            text.append(' ').append(new TreeMap<>(kind.open())).append('\n');
        }
        columns.forEach(column -> text.append("column ")
                .append(column.name())
                .append(' ')
                .append(column.atRest())
                .append('\n'));
        return text.toString();
    }
}
