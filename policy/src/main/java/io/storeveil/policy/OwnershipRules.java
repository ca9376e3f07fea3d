package io.storeveil.policy;

import io.storeveil.policy.TableDraft.OwnerDraft;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** What must be true of owner links, clocks and purposes for a sweep to know whose a row is and how long it stays. */
final class OwnershipRules {

    private final Problems problems;
    private final Map<TableName, TableDraft> drafts;
    private final Map<String, SubjectDraft> subjects;
    private final Map<TableName, Table> tables;
    private final Ownership ownership;

    OwnershipRules(
            Problems problems,
            Map<TableName, TableDraft> drafts,
            Map<String, SubjectDraft> subjects,
            Map<TableName, Table> tables,
            Ownership ownership) {
        this.problems = problems;
        this.drafts = drafts;
        this.subjects = subjects;
        this.tables = tables;
        this.ownership = ownership;
    }

    /** Says nothing of a table that has problems already: they may be the cause. */
    void check() {
        List<TableDraft> whole = drafts.values().stream()
                .filter(draft -> draft.captured && !problems.concern(draft.name.where()))
                .toList();
        subjects.values().stream()
                .filter(subject ->
                        !problems.concern("subjects." + subject.name().value()))
                .forEach(this::subject);
        for (TableDraft draft : whole) {
            draft.owners.forEach(this::link);
            clockRefersToRelatives(draft.table(), draft.clock);
            if (!inDoubt(draft) && !circle(draft) && !draft.shared) {
                purposes(draft);
                clock(draft);
            }
        }
    }

    /** True if what the table has from its owners cannot be known, because of problems there. */
    private boolean inDoubt(TableDraft draft) {
        return problems.concern("subjects")
                || ownership.withAncestors(draft.table()).stream()
                        .map(drafts::get)
                        .anyMatch(ancestor -> ancestor == null || problems.concern(ancestor.name.where()));
    }

    private void subject(SubjectDraft subject) {
        TableName own = subject.table().value();
        TableDraft table = drafts.get(own);
        if (table != null && !table.captured) {
            problems.add(subject.table(), own + " has 'captured: false' and is never swept; remove that");
        }
        clockRefersToRelatives(own, subject.clock());
        if (subject.erasedInactive() && subject.clock().isEmpty() && (table == null || table.clock.isEmpty())) {
            problems.add(
                    subject.name(),
                    "'inactive: erase' without a clock: nothing says since when somebody is inactive; allowed: 'clock: [a date"
                            + " or timestamp column]' beside it");
        }
        Set<TableName> reachable = ownership.withDescendants(own);
        subject.open().forEach((on, condition) -> {
            if (!reachable.contains(on)) {
                problems.add(
                        condition,
                        "no owner link leads from " + on + " to " + own + "; "
                                + Words.allowed(reachable.stream()
                                        .map(TableName::toString)
                                        .toList()));
            }
        });
    }

    private void link(OwnerDraft owner) {
        TableName to = owner.to().value();
        TableDraft target = drafts.get(to);
        if (target == null || problems.concern(target.name.where()) || problems.concern("subjects")) {
            return;
        }
        if (!target.captured) {
            problems.add(owner.to(), to + " has 'captured: false' and is never swept, so it can own nothing");
            return;
        }
        List<String> key = ownership.keyOf(to);
        List<String> named = List.copyOf(owner.on().values());
        Set<String> identifiers = new LinkedHashSet<>();
        ownership
                .subjectOf(to)
                .ifPresent(kind -> identifiers.addAll(kind.identifiers().values()));
        boolean byKey = key.size() == named.size() && new HashSet<>(key).equals(new HashSet<>(named));
        if (byKey || identifiers.containsAll(named)) {
            return;
        }
        String where = owner.to().where().replaceFirst("\\.to$", ".on");
        String allowed = key.isEmpty()
                ? "it declares no key; give " + to + " its 'key:'"
                : "allowed: its whole key (" + String.join(", ", key) + ")"
                        + (identifiers.isEmpty()
                                ? ""
                                : ", or its identifiers (" + String.join(", ", identifiers) + ")");
        problems.add(owner.at(), where, "names " + String.join(", ", named) + " of " + to + "; " + allowed);
    }

    /** A circle of owners with no way out belongs to nobody; a link to one's own table beside another owner is fine. */
    private boolean circle(TableDraft draft) {
        Set<TableName> ancestors = ownership.withAncestors(draft.table());
        boolean leads = ancestors.stream()
                .anyMatch(name -> ownership.subjectOf(name).isPresent()
                        || (drafts.containsKey(name) && drafts.get(name).owners.isEmpty()));
        if (!leads) {
            problems.add(
                    draft.name,
                    "its owners go round in a circle (" + String.join(", ", names(ancestors))
                            + ") and reach no subject; one of them needs an owner outside, or none");
        }
        return !leads;
    }

    private static List<String> names(Set<TableName> tables) {
        return tables.stream().map(TableName::toString).toList();
    }

    private void purposes(TableDraft draft) {
        Table table = tables.get(draft.table());
        if (table == null || !table.purposes().isEmpty()) {
            return;
        }
        boolean person =
                ownership.subjectOf(table.name()).isPresent() || !table.owners().isEmpty();
        for (Column column : table.columns().values()) {
            if (column.purposes().isEmpty() && (person || column.atRest().action() != AtRest.Action.KEEP)) {
                problems.add(
                        draft.name,
                        "'purposes:' is missing, and neither an owner nor the column " + column.name()
                                + " has some; without one nothing says how long the data may be kept");
                return;
            }
        }
    }

    private void clock(TableDraft draft) {
        boolean never = Stream.concat(Stream.of(draft.table()), ownership.withAncestors(draft.table()).stream())
                .anyMatch(name -> (drafts.containsKey(name) && drafts.get(name).clockless)
                        || subjects.values().stream()
                                .anyMatch(kind ->
                                        kind.clockless() && kind.table().value().equals(name)));
        if (!never
                && !ownership.rowPurposes(draft.table()).isEmpty()
                && ownership.clock(draft.table()).isEmpty()) {
            problems.add(
                    draft.name,
                    "no clock: neither the table nor an owner says when the periods of its purposes begin; "
                            + "allowed: 'clock: [a date or timestamp column]', or 'clock: none' if they never begin");
        }
    }

    private void clockRefersToRelatives(TableName table, List<Found<ColumnRef>> clock) {
        for (Found<ColumnRef> reference : clock) {
            TableName other = reference.value().table();
            Set<TableName> relatives = new LinkedHashSet<>(ownership.withAncestors(table));
            relatives.addAll(ownership.withDescendants(table));
            if (!relatives.contains(other)) {
                problems.add(
                        reference,
                        "no owner link leads from " + table + " to " + other + " or back; "
                                + Words.allowed(names(relatives)) + " (columns of these)");
            }
        }
    }
}
