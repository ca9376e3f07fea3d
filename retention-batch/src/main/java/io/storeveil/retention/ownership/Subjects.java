package io.storeveil.retention.ownership;

import io.storeveil.policy.SubjectKind;
import io.storeveil.policy.TableName;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
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
        return key(kind, table, alias, new HashSet<>());
    }

    private Optional<String> key(SubjectKind kind, TableName table, String alias, Set<TableName> seen) {
        if (table.equals(kind.table())) {
            return Optional.of(texts(alias, kind.key()));
        }
        if (!ownership.leadsTo(table, kind) || !seen.add(table)) {
            return Optional.empty();
        }
        List<Link> links = ownership.linksOf(table);
        Optional<Link> itself = links.stream().filter(Link::toItself).findFirst();
        String row = itself.isPresent() ? alias + "_r" : alias;
        StringBuilder cases = new StringBuilder();
        for (Link link : links) {
            if (!link.toItself()) {
                owner(kind, link, row, seen).ifPresent(expression -> cases.append(" when ")
                        .append(link.appliesTo(row))
                        .append(" then ")
                        .append(expression));
            }
        }
        seen.remove(table);
        if (cases.isEmpty()) {
            return Optional.empty();
        }
        String key = "(case" + cases + " end)";
        return Optional.of(itself.isEmpty() ? key : ofTopmost(table, itself.get(), alias, row, key));
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

    /** Rows of one table under each other belong to whom their topmost row belongs. */
    private String ofTopmost(TableName table, Link itself, String alias, String row, String key) {
        Set<String> columns = new LinkedHashSet<>(itself.owner().on().values());
        ownership.table(table).owners().forEach(owner -> {
            columns.addAll(owner.on().keySet());
            columns.addAll(owner.when().keySet());
        });
        String up = alias + "_up";
        String parent = alias + "_p";
        return "(with recursive " + up + " as (select " + Sql.list(alias, columns) + " union select "
                + Sql.list(parent, columns) + " from " + up + " join " + Sql.name(table) + " " + parent + " on "
                + itself.joinsTo(up, parent) + " and " + itself.appliesTo(up) + ") select min(" + key + ") from " + up
                + " "
                + row + ")";
    }

    private static String texts(String alias, List<String> columns) {
        return columns.stream()
                .map(column -> Sql.of(alias, column) + "::text")
                .collect(Collectors.joining(" || ',' || "));
    }

    /** True for a row of somebody on whom a hold is. */
    public String held(TableName table, String alias) {
        List<String> conditions = new ArrayList<>();
        for (SubjectKind kind : ownership.kindsOf(table)) {
            key(kind, table, alias).ifPresent(key -> {
                String holds = " from storeveil.hold h where h.released_at is null and h.subject_kind = "
                        + Sql.literal(kind.name());
                // Asked once a statement: where nobody is held, nobody's key is looked for.
                conditions.add(
                        "(exists (select 1" + holds + ") and " + key + " in (select h.subject_key" + holds + "))");
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

    private Optional<String> open(SubjectKind kind, TableName table, String alias, TableName open, String condition) {
        String contract = alias + "_c";
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
