package io.storeveil.policy;

import io.storeveil.policy.TableDraft.ColumnDraft;
import io.storeveil.policy.TableDraft.OwnerDraft;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Fills in what one table has from others: purposes, pseudonym domains, the order of keys. */
final class Derivation {

    private final Problems problems;
    private final Map<TableName, TableDraft> drafts;
    private final Map<String, SubjectDraft> subjects;
    private final Map<String, Purpose> purposes;
    private final Domains domains;
    private final Insides insides;

    Derivation(
            Problems problems,
            Map<TableName, TableDraft> drafts,
            Map<String, SubjectDraft> subjects,
            Map<String, Purpose> purposes) {
        this.problems = problems;
        this.drafts = drafts;
        this.subjects = subjects;
        this.purposes = purposes;
        this.domains = new Domains(problems, drafts);
        this.insides = new Insides(problems, drafts, domains);
    }

    /** Also holds them against {@link OwnershipRules}, {@link StreamRules} and {@link ChoiceRules}. */
    Map<TableName, Table> tables() {
        Map<TableName, Table> tables = new LinkedHashMap<>();
        drafts.forEach((name, draft) -> tables.put(name, table(draft)));
        Map<String, SubjectKind> kinds = new LinkedHashMap<>();
        subjects.forEach((name, draft) -> kinds.put(name, draft.kind()));
        Ownership ownership = new Ownership(kinds, tables);
        new OwnershipRules(problems, drafts, subjects, tables, ownership).check();
        new StreamRules(problems, drafts, tables, ownership).check();
        new ChoiceRules(problems, drafts, tables, purposes, ownership).check();
        return tables;
    }

    private Table table(TableDraft draft) {
        List<String> purposes = purposes(draft, new HashSet<>());
        Map<String, Column> columns = new LinkedHashMap<>();
        draft.columns.forEach((name, column) -> columns.put(name, column(draft, column, purposes)));
        List<Owner> owners = draft.owners.stream()
                .map(owner -> new Owner(owner.to().value(), inKeyOrder(owner), owner.when(), owner.cast()))
                .toList();
        return new Table(
                draft.table(),
                List.copyOf(draft.key),
                owners,
                purposes,
                draft.clock.stream().map(Found::value).toList(),
                columns,
                draft.shared,
                draft.dropsPartitions,
                draft.captured);
    }

    private Column column(TableDraft table, ColumnDraft draft, List<String> tablesPurposes) {
        String name = draft.name().value();
        List<String> purposes = draft.purposes().isEmpty() ? tablesPurposes : draft.purposes();
        Map<JsonPath, Column> inside = insides.of(table, draft, purposes);
        return new Column(
                name,
                draft.category(),
                draft.inStream(),
                inside.isEmpty() ? draft.atRest() : atRest(inside.values()),
                inside.isEmpty() ? purposes : purposes(inside.values()),
                domains.of(new ColumnRef(table.table(), name)),
                draft.references() == null ? null : draft.references().value(),
                inside);
    }

    private static AtRest atRest(Collection<Column> parts) {
        boolean kept = parts.stream().allMatch(part -> part.atRest().action() == AtRest.Action.KEEP);
        return new AtRest(kept ? AtRest.Action.KEEP : AtRest.Action.REDACT, null);
    }

    private static List<String> purposes(Collection<Column> parts) {
        return parts.stream()
                .flatMap(part -> part.purposes().stream())
                .distinct()
                .toList();
    }

    /** A table without purposes serves what its first owner that has some serves. */
    private List<String> purposes(TableDraft draft, Set<TableName> seen) {
        if (!draft.purposes.isEmpty() || !seen.add(draft.table())) {
            return List.copyOf(draft.purposes);
        }
        for (OwnerDraft owner : draft.owners) {
            TableDraft to = drafts.get(owner.to().value());
            List<String> inherited = to == null ? List.of() : purposes(to, seen);
            if (!inherited.isEmpty()) {
                return inherited;
            }
        }
        return List.of();
    }

    private Map<String, String> inKeyOrder(OwnerDraft owner) {
        List<String> key = new ArrayList<>(keyOf(owner.to().value()));
        Map<String, String> ordered = new LinkedHashMap<>();
        for (String column : key) {
            owner.on().forEach((ours, theirs) -> {
                if (theirs.equals(column)) {
                    ordered.put(ours, theirs);
                }
            });
        }
        owner.on().forEach(ordered::putIfAbsent);
        return ordered;
    }

    private List<String> keyOf(TableName table) {
        for (SubjectDraft subject : subjects.values()) {
            if (subject.table().value().equals(table)) {
                return subject.key();
            }
        }
        TableDraft draft = drafts.get(table);
        return draft == null ? List.of() : draft.key;
    }
}
