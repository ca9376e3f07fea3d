package io.storeveil.retention.ownership;

import io.storeveil.policy.SubjectKind;
import io.storeveil.policy.TableName;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Whose row a row is, as SQL; and what that person's holds and open contracts mean for it. */
public final class Subjects {

    private final Ownership ownership;

    public Subjects(Ownership ownership) {
        this.ownership = ownership;
    }

    /** The key of the person of this kind, as text, a composite one joined by commas; null for nobody's row. */
    public Optional<String> key(SubjectKind kind, TableName table, String alias) {
        if (!ownership.leadsTo(table, kind)) {
            return Optional.empty();
        }
        Ancestry ancestry = new Ancestry(ownership, kind, table);
        return ancestry.winding() ? ancestry.person(alias) : key(kind, table, alias, new HashSet<>());
    }

    private Optional<String> key(SubjectKind kind, TableName table, String alias, Set<TableName> seen) {
        if (table.equals(kind.table())) {
            return Optional.of(texts(alias, kind.key()));
        }
        if (!ownership.leadsTo(table, kind) || !seen.add(table)) {
            return Optional.empty();
        }
        StringBuilder cases = new StringBuilder();
        for (Link link : ownership.linksOf(table)) {
            owner(kind, link, alias, seen).ifPresent(expression -> cases.append(" when ")
                    .append(link.appliesTo(alias))
                    .append(" then ")
                    .append(expression));
        }
        seen.remove(table);
        return cases.isEmpty() ? Optional.empty() : Optional.of("(case" + cases + " end)");
    }

    private Optional<String> owner(SubjectKind kind, Link link, String alias, Set<TableName> seen) {
        List<String> own = new ArrayList<>();
        if (link.to().equals(kind.table())) {
            for (String part : kind.key()) {
                link.owner().on().forEach((column, owned) -> {
                    if (owned.equals(part)) {
                        own.add(column);
                    }
                });
            }
            if (own.size() == kind.key().size()) {
                return Optional.of(texts(alias, own));
            }
        }
        String owner = alias + "_s";
        return key(kind, link.to(), owner, seen)
                .map(expression -> "(select min(" + expression + ") from " + Sql.name(link.to()) + " " + owner
                        + " where " + link.joinsTo(alias, owner) + ")");
    }

    /** Key columns as one text, a composite key joined by commas. */
    public static String texts(String alias, List<String> columns) {
        return columns.stream()
                .map(column -> Sql.of(alias, column) + "::text")
                .collect(Collectors.joining(" || ',' || "));
    }

    /** True for a row of somebody on whom a hold or a restriction is. */
    public String held(TableName table, String alias) {
        return frozen(table, alias, "");
    }

    /** True for a row of somebody on whom a hold is. */
    public String onHold(TableName table, String alias) {
        return frozen(table, alias, " and h.line = 'hold'");
    }

    private String frozen(TableName table, String alias, String by) {
        List<String> conditions = new ArrayList<>();
        for (SubjectKind kind : ownership.kindsOf(table)) {
            whose(kind, table, alias).ifPresent(whose -> {
                String holds = " from storeveil.hold h where h.released_at is null and h.subject_kind = "
                        + Sql.literal(kind.name()) + by;
                // Asked once a statement: where nobody is held, nobody's key is looked for.
                conditions.add("(exists (select 1" + holds + ") and "
                        + (winding(kind, table)
                                ? "exists (" + whose + " where k in (select h.subject_key" + holds + "))"
                                : whose + " in (select h.subject_key" + holds + ")")
                        + ")");
            });
        }
        return "coalesce(" + Sql.any(conditions) + ", false)";
    }

    /** True for a row of somebody who was left for another night, and is then erased whole. */
    public String waiting(TableName table, String alias) {
        List<String> conditions = new ArrayList<>();
        for (SubjectKind kind : ownership.kindsOf(table)) {
            Optional<String> whose = kind.erasedInactive() ? whose(kind, table, alias) : Optional.empty();
            whose.ifPresent(person -> {
                String waits =
                        "exists (select 1 from storeveil.waiting w where w.subject_kind = " + Sql.literal(kind.name());
                // Asked once a statement: where nobody waits, nobody's key is looked for.
                conditions.add("(" + waits + ") and " + waits + " and w.subject_key = "
                        + (winding(kind, table) ? "any(array(" + person + "))" : person) + "))");
            });
        }
        return "coalesce(" + Sql.any(conditions) + ", false)";
    }

    /** True for a row of somebody with an open contract. */
    public String open(TableName table, String alias) {
        List<String> conditions = new ArrayList<>();
        for (SubjectKind kind : ownership.kindsOf(table)) {
            kind.open().forEach((open, condition) -> open(kind, table, alias, open, condition)
                    .ifPresent(conditions::add));
        }
        return "coalesce(" + Sql.any(conditions) + ", false)";
    }

    /** The key of whose row it is; where a row winds its way up to people, a query for their keys {@code k}. */
    private Optional<String> whose(SubjectKind kind, TableName table, String alias) {
        Ancestry ancestry = new Ancestry(ownership, kind, table);
        return ancestry.winding()
                ? Optional.of("select k from " + ancestry.people(alias) + " " + alias + "_k")
                : key(kind, table, alias);
    }

    private boolean winding(SubjectKind kind, TableName table) {
        return new Ancestry(ownership, kind, table).winding();
    }

    private Optional<String> open(SubjectKind kind, TableName table, String alias, TableName open, String condition) {
        String contract = alias + "_c";
        if (winding(kind, table) || winding(kind, open)) {
            return whose(kind, table, alias).flatMap(whose -> whose(kind, open, contract)
                    .map(owners -> "exists (select 1 from (select *, tableoid, ctid from " + Sql.name(open) + " where "
                            + condition + ") " + contract + " where exists (select 1 from ("
                            + (winding(kind, open) ? owners : "select " + owners + " as k") + ") o where o.k in ("
                            + whose
                            + ")))"));
        }
        String contracts = " from (select * from " + Sql.name(open) + " where " + condition + ") " + contract;
        Optional<String> direct = ownColumn(kind, open);
        Optional<String> person = direct.isEmpty() ? Optional.empty() : typed(kind, table, alias, new HashSet<>());
        if (direct.isPresent() && person.isPresent()) {
            // The contracts of this one person, by the index on their owner.
            return Optional.of("exists (select 1" + contracts + " where " + Sql.of(contract, direct.get()) + " = "
                    + person.get() + ")");
        }
        return key(kind, table, alias).flatMap(key -> key(kind, open, contract)
                .map(owner -> key + " in (select " + owner + contracts + " where " + owner + " is not null)"));
    }

    /**
     * Open contracts of one kind, of many people at once.
     *
     * @param person whose row a row is, as SQL in the type of the person's key column; null for nobody's
     * @param table  that has the contracts
     * @param owner  its column that names the person
     */
    public record Contracts(String person, String table, String condition, String owner) {

        /** A query for those who have one, as {@code owner}, by the index on that column. */
        public String open(String people) {
            return "select " + owner + " as owner from (select * from " + table + " where " + condition + ") c where "
                    + owner + " = any(array(" + people + "))";
        }
    }

    /** What {@link #open} asks row by row, to be asked for many rows at once; empty where some of it cannot be. */
    public Optional<List<Contracts>> contracts(TableName table, String alias) {
        List<Contracts> contracts = new ArrayList<>();
        for (SubjectKind kind : ownership.kindsOf(table)) {
            for (Map.Entry<TableName, String> open : kind.open().entrySet()) {
                if (winding(kind, table) || winding(kind, open.getKey())) {
                    return Optional.empty();
                }
                Optional<String> direct = ownColumn(kind, open.getKey());
                Optional<String> person =
                        direct.isEmpty() ? Optional.empty() : typed(kind, table, alias, new HashSet<>());
                if (direct.isPresent() && person.isPresent()) {
                    contracts.add(new Contracts(
                            person.get(), Sql.name(open.getKey()), open.getValue(), Sql.of("c", direct.get())));
                } else if (open(kind, table, alias, open.getKey(), open.getValue())
                        .isPresent()) {
                    return Optional.empty();
                }
            }
        }
        return Optional.of(contracts);
    }

    /** The column that alone names the person on every row of a table of theirs, their own table included. */
    public Optional<String> column(SubjectKind kind, TableName table) {
        return table.equals(kind.table()) && kind.key().size() == 1
                ? Optional.of(kind.key().get(0))
                : ownColumn(kind, table);
    }

    /** The column of a table that alone names the person, as the person's own key column does, whatever the row. */
    private Optional<String> ownColumn(SubjectKind kind, TableName table) {
        if (kind.key().size() != 1) {
            return Optional.empty();
        }
        List<Link> links = ownership.linksOf(table);
        return table.equals(kind.table()) || links.size() != 1 || !names(kind, links.get(0))
                ? Optional.empty()
                : Optional.of(links.get(0).owner().on().keySet().iterator().next());
    }

    private boolean names(SubjectKind kind, Link link) {
        return link.to().equals(kind.table())
                && link.owner().cast() == null
                && link.owner().when().isEmpty()
                && List.copyOf(link.owner().on().values()).equals(kind.key())
                && ownership.one(link);
    }

    /** The person's one key column in its own type, where each row up to the person has one owner; null for nobody's. */
    private Optional<String> typed(SubjectKind kind, TableName table, String alias, Set<TableName> seen) {
        if (table.equals(kind.table())) {
            return Optional.of(Sql.of(alias, kind.key().get(0)));
        }
        List<Link> links = ownership.linksOf(table);
        if (links.size() != 1 || !seen.add(table)) {
            return Optional.empty();
        }
        Link link = links.get(0);
        if (names(kind, link)) {
            return Optional.of(
                    Sql.of(alias, link.owner().on().keySet().iterator().next()));
        }
        String owner = alias + "_s";
        return ownership.one(link) && link.owner().when().isEmpty()
                ? typed(kind, link.to(), owner, seen)
                        .map(expression -> "(select " + expression + " from " + Sql.name(link.to()) + " " + owner
                                + " where " + link.joinsTo(alias, owner) + ")")
                : Optional.empty();
    }
}
