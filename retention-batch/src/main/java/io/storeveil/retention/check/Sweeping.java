package io.storeveil.retention.check;

import io.storeveil.policy.AtRest;
import io.storeveil.policy.Column;
import io.storeveil.policy.ColumnRef;
import io.storeveil.policy.Owner;
import io.storeveil.policy.Policy;
import io.storeveil.policy.SubjectKind;
import io.storeveil.policy.Table;
import io.storeveil.policy.TableName;
import io.storeveil.retention.catalog.Catalog;
import io.storeveil.retention.catalog.CatalogColumn;
import io.storeveil.retention.catalog.CatalogTable;
import io.storeveil.retention.catalog.ForeignKey;
import io.storeveil.retention.catalog.PartitionKey;
import io.storeveil.retention.catalog.Trigger;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What would stop the sweep, or let it miss rows: cascades, clocks, links, conditions, triggers, row security. */
final class Sweeping {
    private final Policy policy;
    private final Catalog catalog;
    private final Findings findings;
    private final Probe probe;

    Sweeping(Policy policy, Catalog catalog, Findings findings, Probe probe) {
        this.policy = policy;
        this.catalog = catalog;
        this.findings = findings;
        this.probe = probe;
    }

    void find() throws SQLException {
        catalog.foreignKeys()
                .filter(key -> PolicyCheck.swept(policy, key.references()))
                .forEach(key -> {
                    cascade(key);
                    detachable(key);
                });
        PolicyCheck.eachKnown(policy, catalog, (table, found) -> {
            if (PolicyCheck.swept(policy, table)) {
                triggers(table, found);
                rowSecurity(found);
                partitions(table, found);
            }
            table.clock().forEach(this::clock);
        });
        for (Table table : policy.tables().values()) {
            for (Owner owner : table.owners()) {
                link(table, owner);
            }
        }
        for (SubjectKind kind : policy.subjects().values()) {
            kind.clock().forEach(this::clock);
            created(kind);
            for (Map.Entry<TableName, String> open : kind.open().entrySet()) {
                open(kind, open.getKey(), open.getValue());
            }
        }
    }

    private void cascade(ForeignKey key) {
        String what =
                switch (key.onDelete()) {
                    case CASCADE -> "ON DELETE CASCADE deletes these rows without an entry in the journal";
                    case SET_NULL, SET_DEFAULT ->
                        "ON DELETE " + key.onDelete().name().replace('_', ' ')
                                + " takes these rows from their owner without an entry in the journal";
                    case NO_ACTION, RESTRICT -> "";
                };
        if (!what.isEmpty()) {
            findings.warning(
                    key.table(),
                    String.join(", ", key.columns()),
                    what + " when " + key.references() + " goes by other hands than the sweep's (foreign key "
                            + key.name() + ")",
                    "ON DELETE NO ACTION; the sweep itself deletes children first");
        }
    }

    /** A row that is not the person's own must be able to let go of the person. */
    private void detachable(ForeignKey key) {
        Table table = policy.tables().get(key.table());
        CatalogTable found = catalog.tables().get(key.table());
        if (table == null || found == null) {
            return;
        }
        boolean owned = table.owners().stream()
                .anyMatch(owner -> owner.to().equals(key.references())
                        && owner.on().keySet().containsAll(key.columns()));
        boolean stuck = key.columns().stream()
                .allMatch(
                        column -> found.column(column).map(c -> !c.takesNull()).orElse(false));
        Table referenced = policy.tables().get(key.references());
        boolean meant = referenced != null && referenced.shared();
        if (!owned && stuck && !meant && table.captured()) {
            findings.warning(
                    key.table(),
                    String.join(", ", key.columns()),
                    "NOT NULL, and refers to rows of " + key.references()
                            + " that do not own this one: they stay as long as it does",
                    "let the column be null, or make it an owner link");
        }
    }

    /** As {@link io.storeveil.retention.expire} drops them: ranges, at some level, of the one column that dates the rows. */
    private void partitions(Table table, CatalogTable found) {
        List<ColumnRef> clock = table.clock().isEmpty()
                ? policy.subjectOf(table.name()).map(SubjectKind::clock).orElse(List.of())
                : table.clock();
        boolean dropped = clock.size() == 1
                && clock.get(0).table().equals(table.name())
                && found.partitionedBy().stream()
                        .anyMatch(key -> clock.get(0).column().equals(key.ranges()));
        if (table.dropsPartitions() && !dropped) {
            String keys =
                    found.partitionedBy().stream().map(PartitionKey::written).collect(Collectors.joining(", "));
            findings.warning(
                    table.name(),
                    "'partitions: drop', but "
                            + (keys.isEmpty() ? "it is not partitioned" : "it is partitioned by " + keys)
                            + ", and "
                            + (clock.isEmpty()
                                    ? "has no clock of its own"
                                    : "its clock is "
                                            + clock.stream()
                                                    .map(ColumnRef::toString)
                                                    .collect(Collectors.joining(", ")))
                            + ": its rows are deleted instead, and no partition is ever dropped",
                    "leave it out, or let the table be partitioned by ranges of the one column that 'clock:' names");
        }
    }

    private void clock(ColumnRef clock) {
        catalog.column(clock.table(), clock.column())
                .filter(column -> !column.datesRows())
                .ifPresent(column -> findings.error(
                        clock.table(),
                        clock.column(),
                        "a clock must be a date or a timestamp, this is " + column.type(),
                        "name another column, or convert this one"));
    }

    /** What tells a person from another with the same number must be a time, and stay as it is. */
    private void created(SubjectKind kind) {
        String name = kind.created();
        if (name == null) {
            return;
        }
        catalog.column(kind.table(), name)
                .filter(column -> !column.datesRows())
                .ifPresent(column -> findings.error(
                        kind.table(),
                        name,
                        "created must be a date or a timestamp, this is " + column.type(),
                        "name another column, or convert this one"));
        Table table = policy.tables().get(kind.table());
        Column column = table == null ? null : table.columns().get(name);
        if (column != null && column.atRest().action() != AtRest.Action.KEEP) {
            findings.error(
                    kind.table(),
                    name,
                    "says when a " + kind.name() + " came to be, and would be changed at rest",
                    "at-rest: keep");
        }
    }

    private void link(Table table, Owner owner) throws SQLException {
        Optional<CatalogTable> child = catalog.table(table.name());
        Optional<CatalogTable> parent = catalog.table(owner.to());
        if (child.isEmpty()
                || parent.isEmpty()
                || !child.get().columns().stream()
                        .map(CatalogColumn::name)
                        .toList()
                        .containsAll(owner.on().keySet())
                || !parent.get().columns().stream()
                        .map(CatalogColumn::name)
                        .toList()
                        .containsAll(owner.on().values())) {
            return; // said already
        }
        String cast = owner.cast();
        String join = owner.on().entrySet().stream()
                .map(pair -> side("c", pair.getKey(), cast) + " = " + side("p", pair.getValue(), cast))
                .collect(Collectors.joining(" and "));
        Optional<String> refusal = probe.refusal("explain select 1 from " + Sql.name(table.name()) + " c join "
                + Sql.name(owner.to()) + " p on " + join);
        refusal.ifPresent(why -> findings.error(
                table.name(),
                String.join(", ", owner.on().keySet()),
                "cannot be compared with " + owner.to() + "."
                        + String.join(", ", owner.on().values()) + " (" + why + ")",
                cast == null ? "say cast: text in the owner link" : "give cast: a type that both can be cast to"));
    }

    private static String side(String alias, String column, @Nullable String cast) {
        String name = alias + "." + Sql.name(column);
        return cast == null ? name : "cast(" + name + " as " + cast + ")";
    }

    private void open(SubjectKind kind, TableName table, String condition) throws SQLException {
        if (catalog.table(table).isEmpty()) {
            findings.error(table, "no such table (named in open: of subject " + kind.name() + ")", "");
            return;
        }
        String place = "the open condition of subject " + kind.name();
        if (condition.contains(";")) {
            findings.error(table, place + " holds more than one condition", "one SQL condition, without a semicolon");
            return;
        }
        probe.refusal("explain select 1 from " + Sql.name(table) + " where (" + condition + ")")
                .ifPresent(why -> findings.error(
                        table,
                        place + " is no condition on this table (" + why + ")",
                        "an SQL condition on columns of " + table + ", such as: status in ('open', 'shipped')"));
    }

    private void triggers(Table table, CatalogTable found) {
        List<String> firing = found.triggers().stream()
                .filter(trigger -> trigger.enabled()
                        && (trigger.events().contains("UPDATE")
                                || trigger.events().contains("DELETE")))
                .map(Trigger::name)
                .toList();
        if (!firing.isEmpty()) {
            findings.warning(
                    table.name(),
                    "triggers fire on the sweep's own changes: " + String.join(", ", firing),
                    "make sure that none writes a clock column, a copy of the row, or a mail");
        }
    }

    private void rowSecurity(CatalogTable found) {
        if (found.rowSecurity()) {
            findings.warning(
                    found.name(),
                    "row security is on: a sweep whose role does not bypass it stops rather than miss rows",
                    "ALTER ROLE ... BYPASSRLS for the sweep's role");
        }
    }
}
