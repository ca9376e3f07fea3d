package io.storeveil.retention.draft;

import io.storeveil.policy.TableName;
import io.storeveil.retention.catalog.Catalog;
import io.storeveil.retention.catalog.CatalogColumn;
import io.storeveil.retention.catalog.CatalogTable;
import io.storeveil.retention.catalog.ForeignKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Guesses which tables hold persons, and whose rows the others hold, from names and foreign keys. */
final class Ownership {
    private static final List<String> PERSONAL = List.of("secret", "birth", "contact", "identity");

    private final Catalog catalog;
    private final Names names;
    private final Set<TableName> subjects = new LinkedHashSet<>();
    private final Set<TableName> shared = new LinkedHashSet<>();
    private final Map<TableName, ForeignKey> owners = new LinkedHashMap<>();
    private final Map<TableName, List<ForeignKey>> rivals = new HashMap<>();

    Ownership(Catalog catalog, Names names) {
        this.catalog = catalog;
        this.names = names;
        findSubjects();
        findOwners();
        findShared();
    }

    Set<TableName> subjects() {
        return subjects;
    }

    /** The foreign key by which rows of this table belong to another row. */
    Optional<ForeignKey> owner(TableName table) {
        return Optional.ofNullable(owners.get(table));
    }

    /** Other foreign keys that might as well have been the owner's: a person must look. */
    List<ForeignKey> rivals(TableName table) {
        return rivals.getOrDefault(table, List.of());
    }

    boolean shared(TableName table) {
        return shared.contains(table);
    }

    /** A person's row, or the row of a person. */
    boolean personal(TableName table) {
        return subjects.contains(table) || owners.containsKey(table) || shared.contains(table);
    }

    /** Columns that look like a person's though nobody owns the rows: a supplier's contact. */
    boolean loose(CatalogTable table) {
        return !personal(table.name()) && personalColumns(table) > 0;
    }

    /** The person at the end of the chain of owners. */
    Optional<TableName> subjectOf(TableName table) {
        TableName at = table;
        while (!subjects.contains(at)) {
            ForeignKey owner = owners.get(at);
            if (owner == null) {
                return Optional.empty();
            }
            at = owner.references();
        }
        return Optional.of(at);
    }

    private long personalColumns(CatalogTable table) {
        return table.columns().stream()
                .filter(column -> column.category() == 'S' || column.category() == 'D' || column.category() == 'U')
                .filter(column -> !column.baseType().equals("bytea"))
                .filter(column -> names.first(PERSONAL, column.name()).isPresent())
                .count();
    }

    private void findSubjects() {
        for (CatalogTable table : catalog.tables().values()) {
            if (names.rankOfLast("subjects", table.name().name()).isPresent()
                    && !table.primaryKey().isEmpty()
                    && (personalColumns(table) > 0 || table.column("name").isPresent())) {
                subjects.add(table.name());
            }
        }
        // a row that shares its key with a person's row is that person's
        subjects.removeIf(table -> foreignKeys(table).stream()
                .anyMatch(key -> subjects.contains(key.references())
                        && !key.references().equals(table)
                        && primaryKey(table).equals(key.columns())));
    }

    /** Level by level away from the persons, so that no chain of owners can end in itself. */
    private void findOwners() {
        Set<TableName> reached = new LinkedHashSet<>(subjects);
        boolean more = true;
        while (more) {
            Map<TableName, ForeignKey> level = new LinkedHashMap<>();
            for (CatalogTable table : catalog.tables().values()) {
                if (!reached.contains(table.name())) {
                    List<ForeignKey> candidates = table.foreignKeys().stream()
                            .filter(key -> reached.contains(key.references()) && !handler(key))
                            .sorted(preference(table))
                            .toList();
                    if (!candidates.isEmpty()) {
                        level.put(table.name(), candidates.get(0));
                        rivals.put(table.name(), candidates.subList(1, candidates.size()));
                    }
                }
            }
            owners.putAll(level);
            reached.addAll(level.keySet());
            more = !level.isEmpty();
        }
    }

    private Comparator<ForeignKey> preference(CatalogTable table) {
        return Comparator.comparing((ForeignKey key) -> staff(key.references()))
                .thenComparing(key -> !mandatory(table, key))
                .thenComparing(key -> depth(key.references()), Comparator.reverseOrder())
                .thenComparing(key -> !table.primaryKey().containsAll(key.columns()))
                .thenComparing(key -> rank(key.references()))
                .thenComparing(ForeignKey::name);
    }

    private boolean handler(ForeignKey key) {
        return names.fits("handlers", String.join("_", key.columns()));
    }

    private boolean staff(TableName table) {
        return subjectOf(table)
                .map(subject -> names.rankOfLast("staff", subject.name()).isPresent())
                .orElse(false);
    }

    /** Whose rows serve an employment, not a contract of sale. */
    boolean employed(TableName table) {
        return subjectOf(table)
                .map(subject -> names.rankOfLast("employed", subject.name()).isPresent())
                .orElse(false);
    }

    private int rank(TableName table) {
        return subjectOf(table)
                .map(subject -> names.rankOfLast("subjects", subject.name()).orElse(Integer.MAX_VALUE))
                .orElse(Integer.MAX_VALUE);
    }

    private int depth(TableName table) {
        int depth = 0;
        for (ForeignKey up = owners.get(table); up != null; up = owners.get(up.references())) {
            depth++;
        }
        return depth;
    }

    private static boolean mandatory(CatalogTable table, ForeignKey key) {
        return key.columns().stream()
                .allMatch(column -> table.column(column).map(c -> !c.nullable()).orElse(false));
    }

    private void findShared() {
        for (CatalogTable table : catalog.tables().values()) {
            boolean referred = catalog.foreignKeysInto(table.name()).stream()
                    .anyMatch(key -> subjects.contains(key.table()) || owners.containsKey(key.table()));
            if (!personal(table.name())
                    && referred
                    && names.rankOfLast("shared", table.name().name()).isPresent()
                    && personalColumns(table) > 0) {
                shared.add(table.name());
            }
        }
    }

    private List<ForeignKey> foreignKeys(TableName table) {
        return catalog.table(table).map(CatalogTable::foreignKeys).orElse(List.of());
    }

    private List<String> primaryKey(TableName table) {
        return catalog.table(table).map(CatalogTable::primaryKey).orElse(List.of());
    }

    /** The date on which a row came to be. */
    Optional<String> created(TableName table) {
        return catalog.table(table).stream()
                .flatMap(found -> found.columns().stream())
                .filter(column -> column.datesRows() && names.fits("created", column.name()))
                .min(Comparator.comparing(CatalogColumn::nullable)
                        .thenComparingInt(
                                column -> names.rank("created", column.name()).orElse(Integer.MAX_VALUE)))
                .map(CatalogColumn::name);
    }

    /** The dates that begin a row's period: the best, and, where it may be missing, the best of those that may not. */
    List<String> clocks(TableName table) {
        List<CatalogColumn> dates = new ArrayList<>(catalog.table(table).stream()
                .flatMap(found -> found.columns().stream())
                .filter(column -> column.datesRows() && !names.fits("no clock", column.name()))
                .filter(column -> !(subjects.contains(table) && employed(table)) || names.fits("left", column.name()))
                .toList());
        dates.sort(Comparator.comparingInt(
                column -> names.rank("clock", column.name()).orElse(Integer.MAX_VALUE)));
        List<String> clocks = new ArrayList<>();
        for (CatalogColumn date : dates) {
            if (clocks.isEmpty() || !date.nullable()) {
                clocks.add(date.name());
            }
            if (!date.nullable()) {
                break;
            }
        }
        return clocks;
    }
}
