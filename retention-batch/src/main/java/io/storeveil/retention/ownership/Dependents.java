package io.storeveil.retention.ownership;

import io.storeveil.policy.AtRest;
import io.storeveil.policy.Column;
import io.storeveil.policy.Purpose;
import io.storeveil.policy.Table;
import io.storeveil.policy.TableName;
import io.storeveil.retention.catalog.CatalogColumn;
import io.storeveil.retention.catalog.ForeignKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What refers to a row: rows that must go before it, and rows that only let go of it. */
public final class Dependents {

    private static final String CHILD = "_k";

    private final Ownership ownership;

    public Dependents(Ownership ownership) {
        this.ownership = ownership;
    }

    /** How rows that are not owned by the ones that go, and can be without them, let go. */
    public List<Release> lettingGo(TableName table) {
        List<Release> releases = new ArrayList<>();
        for (ForeignKey key : ownership.catalog().foreignKeysInto(table)) {
            Map<String, String> values = released(key);
            List<Link> owning = owning(key);
            boolean always = owning.stream()
                    .anyMatch(
                            link -> link.position() == 0 && link.owner().when().isEmpty());
            if (!values.isEmpty() && !always) {
                releases.add(new Release(Reference.of(key), values, owning));
            }
        }
        return releases;
    }

    /** What must be gone first, or keeps the row: what it owns, and what cannot let go. */
    public List<Hold> holdingOn(TableName table) {
        List<Hold> holds = new ArrayList<>();
        for (ForeignKey key : ownership.catalog().foreignKeysInto(table)) {
            if (released(key).isEmpty()) {
                holds.add(Hold.by(Reference.of(key)));
            }
        }
        for (Link link : ownership.linksInto(table)) {
            Hold hold = Hold.by(link);
            boolean alsoByKey = link.owner().cast() == null
                    && holds.stream().anyMatch(other -> other.reference().equals(hold.reference()));
            if (!alsoByKey && ownership.byKey(link) && !ownership.shared(link.from())) {
                holds.add(hold);
            }
        }
        return holds;
    }

    /** Everything that names a row, whether or not it could do without. */
    public List<Hold> naming(TableName table) {
        List<Hold> holds = new ArrayList<>();
        ownership.referencesInto(table).forEach(reference -> holds.add(Hold.by(reference)));
        ownership.linksInto(table).forEach(link -> holds.add(Hold.by(link)));
        return holds;
    }

    /** True for a row to which nothing holds on any more. */
    public String none(TableName table, String alias) {
        return "not " + some(table, alias);
    }

    public String some(TableName table, String alias) {
        return some(table, alias, Set.of());
    }

    /** @param but tables whose rows do not count */
    public String some(TableName table, String alias, Set<TableName> but) {
        return Sql.any(holdingOn(table).stream()
                .filter(hold -> !but.contains(hold.from()))
                .map(hold -> exists(hold, table, alias, ""))
                .toList());
    }

    /**
     * For which purpose a law still wants a row that holds on to this one, as text: of several the one that lasts longest;
     * null for none.
     *
     * @param but tables whose rows do not count
     */
    public String law(TableName table, String alias, Set<TableName> but, Thresholds thresholds) {
        Clocks clocks = new Clocks(ownership);
        List<Purpose> laws = ownership.policy().purposes().values().stream()
                .filter(purpose -> purpose.basis() == Purpose.Basis.LEGAL_OBLIGATION)
                .sorted(Comparator.comparing(thresholds::day))
                .toList();
        StringBuilder cases = new StringBuilder();
        for (Purpose law : laws) {
            for (Hold hold : holdingOn(table)) {
                if (!but.contains(hold.from())
                        && ownership.rowPurposes(hold.from()).contains(law.name())) {
                    String over = clocks.before(hold.from(), alias + CHILD, thresholds.day(law))
                            .orElse("null::boolean");
                    cases.append(" when ")
                            .append(exists(hold, table, alias, " and (" + over + ") is not true"))
                            .append(" then ")
                            .append(Sql.literal(law.name()));
                }
            }
        }
        return cases.isEmpty() ? "null::text" : "(case" + cases + " end)";
    }

    private static String exists(Hold hold, TableName table, String alias, String also) {
        String child = alias + CHILD;
        String other = hold.from().equals(table) ? " and " + Sql.anotherRow(child, alias) : "";
        return "exists (select 1 from " + Sql.name(hold.from()) + " " + child + " where " + hold.keeps(child, alias)
                + other + also + ")";
    }

    /** The key of the row that the policy puts in the place of rows that go. */
    private static Optional<String> placeholder(Table table, String column) {
        Column declared = table.columns().get(column);
        return declared == null || declared.atRest().action() != AtRest.Action.CONSTANT
                ? Optional.empty()
                : Optional.ofNullable(declared.atRest().value());
    }

    /** Rows that several people share outlive the one of them who owns them. */
    private List<Link> owning(ForeignKey key) {
        return ownership.shared(key.table())
                ? List.of()
                : ownership.linksInto(key.references()).stream()
                        .filter(link -> link.from().equals(key.table())
                                && link.owner().on().keySet().equals(new HashSet<>(key.columns())))
                        .toList();
    }

    /** What the columns of a foreign key become when its row lets go; empty where they cannot. */
    private Map<String, String> released(ForeignKey key) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String name : key.columns()) {
            CatalogColumn column = ownership.column(key.table(), name);
            Optional<String> instead = ownership.policy().table(key.table()).flatMap(table -> placeholder(table, name));
            if (instead.isPresent()) {
                values.put(name, "cast(" + Sql.literal(instead.get()) + " as " + column.type() + ")");
            } else if (column.takesNull() && !column.generated()) {
                values.put(name, "null");
            }
        }
        List<String> elsewhere = ownership.described(key.table()).foreignKeys().stream()
                .filter(other -> !other.equals(key))
                .flatMap(other -> other.columns().stream())
                .toList();
        if (!elsewhere.containsAll(values.keySet())) {
            values.keySet().removeAll(elsewhere);
        }
        return values;
    }
}
