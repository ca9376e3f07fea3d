package io.storeveil.retention.ownership;

import io.storeveil.policy.SubjectKind;
import io.storeveil.policy.TableName;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
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
            key(kind, table, alias)
                    .ifPresent(key -> conditions.add(key + " in (select h.subject_key from storeveil.hold h where"
                            + " h.released_at is null and h.subject_kind = " + Sql.literal(kind.name()) + ")"));
        }
        return "coalesce(" + Sql.any(conditions) + ", false)";
    }

    /** True for a row of somebody with an open contract. */
    public String open(TableName table, String alias) {
        List<String> conditions = new ArrayList<>();
        for (SubjectKind kind : ownership.kindsOf(table)) {
            key(kind, table, alias).ifPresent(key -> kind.open().forEach((open, condition) -> {
                String contract = alias + "_c";
                key(kind, open, contract)
                        .ifPresent(owner -> conditions.add(key + " in (select " + owner + " from (select * from "
                                + Sql.name(open) + " where " + condition + ") " + contract + " where " + owner
                                + " is not null)"));
            }));
        }
        return "coalesce(" + Sql.any(conditions) + ", false)";
    }
}
