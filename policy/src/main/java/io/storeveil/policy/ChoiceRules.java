package io.storeveil.policy;

import io.storeveil.policy.Purpose.Choice;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What must be true for a person's own yes or no to decide who reads an encrypted column: the ciphertext has to say whose
 * it is, and only one under a person's own key does.
 */
final class ChoiceRules {

    private final Problems problems;
    private final Map<TableName, TableDraft> drafts;
    private final Map<TableName, Table> tables;
    private final Map<String, Purpose> purposes;
    private final Ownership ownership;

    ChoiceRules(
            Problems problems,
            Map<TableName, TableDraft> drafts,
            Map<TableName, Table> tables,
            Map<String, Purpose> purposes,
            Ownership ownership) {
        this.problems = problems;
        this.drafts = drafts;
        this.tables = tables;
        this.purposes = purposes;
        this.ownership = ownership;
    }

    /** Says nothing of what has problems already: they may be the cause. */
    void check() {
        if (problems.concern("subjects") || problems.concern("purposes")) {
            return;
        }
        for (TableDraft draft : drafts.values()) {
            Table table = tables.get(draft.table());
            if (table != null && draft.captured && !problems.concern(draft.name.where())) {
                table.columns().values().forEach(column -> column.parts()
                        .forEach(part -> check(draft, table, column, part)));
            }
        }
    }

    private void check(TableDraft draft, Table table, Column column, Column part) {
        Optional<Purpose> chosen = part.purposes().stream()
                .map(purposes::get)
                .filter(purpose -> purpose != null && purpose.choice() != Choice.NONE)
                .findFirst();
        if (chosen.isEmpty() || !part.inStream().guarantee().reversible()) {
            return;
        }
        String why = null;
        if (!part.inStream().guarantee().ownerKeyed()) {
            why = part.inStream().name() + " does not say whose the value is";
        } else if (!isUnderAPersonsKey(table)) {
            why = "it is under the key of " + keyOwner(table) + ", not of a person";
        }
        if (why != null) {
            problems.add(
                    draft.at(column.name()),
                    draft.where(part.name()),
                    "serves " + chosen.get().name() + ", which each person decides for themselves, and " + why
                            + "; allowed: encrypt in a table with an 'owner:' link by key to a subject's own table,"
                            + " or 'for:' other purposes");
        }
    }

    private boolean isUnderAPersonsKey(Table table) {
        return ownership.subjectOf(table.name()).isPresent()
                || (!links(table).isEmpty()
                        && links(table).stream()
                                .allMatch(source ->
                                        ownership.subjectOf(source.kind()).isPresent()));
    }

    private String keyOwner(Table table) {
        return links(table).stream()
                .map(OwnerKeySource::kind)
                .filter(kind -> ownership.subjectOf(kind).isEmpty())
                .findFirst()
                .orElse(table.name())
                .toString();
    }

    /** Without the row itself, whose key is for rows that are nobody's. */
    private List<OwnerKeySource> links(Table table) {
        return ownership.keySources(table).stream()
                .filter(source -> !source.kind().equals(table.name()))
                .toList();
    }
}
