package io.storeveil.policy;

import io.storeveil.policy.TableDraft.OwnerDraft;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What must be true of protections, so that rows still find each other and encrypted columns have a key. */
final class StreamRules {

    private static final String TO_JOIN =
            "; allowed: pseudonymise, tokenise, encrypt-deterministic or none, as 'in-stream:' of the column";

    private final Problems problems;
    private final Map<TableName, TableDraft> drafts;
    private final Map<TableName, Table> tables;
    private final Ownership ownership;

    StreamRules(
            Problems problems, Map<TableName, TableDraft> drafts, Map<TableName, Table> tables, Ownership ownership) {
        this.problems = problems;
        this.drafts = drafts;
        this.tables = tables;
        this.ownership = ownership;
    }

    /** Says nothing of a table that has problems already: they may be the cause. */
    void check() {
        List<TableDraft> whole = drafts.values().stream()
                .filter(draft -> draft.captured && !problems.concern(draft.name.where()))
                .toList();
        for (TableDraft draft : whole) {
            Table table = tables.get(draft.table());
            if (table != null) {
                keys(draft, table);
                references(draft, table);
                ownerKeys(draft, table);
            }
        }
    }

    private void keys(TableDraft draft, Table table) {
        Map<String, String> keys = new LinkedHashMap<>();
        table.key().forEach(column -> keys.put(column, "is part of the table's key"));
        ownership.subjectOf(table.name()).ifPresent(kind -> kind.key()
                .forEach(column -> keys.putIfAbsent(column, "is part of the key of subjects." + kind.name())));
        keys.forEach((name, role) -> {
            Column column = table.columns().get(name);
            if (column == null) {
                return;
            }
            if (!column.inStream().guarantee().joinable()) {
                problem(
                        draft,
                        name,
                        role + ", and " + column.inStream().name() + " would break the record's key" + TO_JOIN);
            }
            if (column.atRest().action() != AtRest.Action.KEEP) {
                problem(
                        draft,
                        name,
                        role + " and stays as long as the row does; allowed: keep, as 'at-rest:' of the column");
            }
        });
    }

    private void references(TableDraft draft, Table table) {
        Map<String, Set<ColumnRef>> references = new LinkedHashMap<>();
        for (int i = 0; i < table.owners().size(); i++) {
            Owner owner = table.owners().get(i);
            if (ownership.isByKey(owner)) {
                owner.on().forEach((ours, theirs) -> references
                        .computeIfAbsent(ours, name -> new LinkedHashSet<>())
                        .add(new ColumnRef(owner.to(), theirs)));
            }
        }
        Map<String, Column> parts = new LinkedHashMap<>();
        table.parts().forEach(part -> parts.put(part.name(), part));
        for (Column part : parts.values()) {
            if (part.references() != null) {
                references
                        .computeIfAbsent(part.name(), name -> new LinkedHashSet<>())
                        .add(part.references());
            }
        }
        references.forEach((name, targets) -> {
            Column column = parts.get(name);
            for (ColumnRef target : targets) {
                Table referred = tables.get(target.table());
                Column theirs = referred == null ? null : referred.columns().get(target.column());
                if (column != null && theirs != null) {
                    reference(draft, column, target, theirs);
                }
            }
        });
    }

    private void reference(TableDraft draft, Column column, ColumnRef target, Column theirs) {
        if (column.inStream().guarantee().ownerKeyed()) {
            problem(
                    draft,
                    column.name(),
                    "refers to " + target + ", and " + column.inStream().name() + " would break the join" + TO_JOIN);
        } else if (theirs.inStream().guarantee().ownerKeyed()) {
            problem(
                    draft,
                    column.name(),
                    "refers to " + target + ", which is " + theirs.inStream().name()
                            + "ed, so that no join finds it; allowed: " + "pseudonymise or none for " + target);
        } else if (theirs.inStream().guarantee().domainKeyed()
                && column.inStream().name().equals("none")) {
            problem(
                    draft,
                    column.name(),
                    "would pass in the clear what " + target + " hides; allowed: " + theirs.inStream()
                            + " (the same category), drop");
        } else if (theirs.inStream().guarantee().domainKeyed()
                && column.inStream().guarantee().domainKeyed()
                && !column.inStream().equals(theirs.inStream())) {
            problem(
                    draft,
                    column.name(),
                    "refers to " + target + ", which is under '" + theirs.inStream() + "', and '" + column.inStream()
                            + "' would break the join; allowed: " + theirs.inStream() + " (the same category), drop");
        }
    }

    private void ownerKeys(TableDraft draft, Table table) {
        if (!ownership.keySources(table).isEmpty()) {
            return;
        }
        for (Column column : table.parts()) {
            if (column.inStream().guarantee().ownerKeyed()) {
                List<String> links = draft.owners.stream()
                        .map(OwnerDraft::to)
                        .map(to -> to.value().toString())
                        .toList();
                problem(
                        draft,
                        column.name(),
                        column.inStream().name()
                                + " needs an owner whose key is on the row, and the table has neither a 'key:' nor "
                                + (links.isEmpty()
                                        ? "an 'owner:'"
                                        : "an owner by key (" + String.join(", ", links) + ")")
                                + "; declare one, or choose a protection without an owner's key, such as drop");
            }
        }
    }

    private void problem(TableDraft draft, String column, String text) {
        problems.add(draft.at(column), draft.where(column), text);
    }
}
