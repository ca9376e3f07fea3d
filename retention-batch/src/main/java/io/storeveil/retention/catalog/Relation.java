package io.storeveil.retention.catalog;

import io.storeveil.policy.TableName;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** A table while its parts are still coming in. */
final class Relation {
    private static final Map<Character, ReplicaIdentity> IDENTITIES = Map.of(
            'd', ReplicaIdentity.DEFAULT,
            'n', ReplicaIdentity.NOTHING,
            'f', ReplicaIdentity.FULL,
            'i', ReplicaIdentity.INDEX);

    final TableName name;
    final char kind;
    final long parent;
    final ReplicaIdentity replicaIdentity;
    final boolean logged;
    final boolean rowSecurity;
    final long rows;
    final Optional<PartitionKey> partitionKey;
    final Set<PartitionKey> keysBelow = new TreeSet<>(Comparator.comparing(PartitionKey::written));
    boolean toast;
    long partitionRows;
    List<String> primaryKey = List.of();
    final Map<Integer, CatalogColumn> columns = new TreeMap<>();
    final List<Partition> partitions = new ArrayList<>();
    final List<UniqueKey> uniqueKeys = new ArrayList<>();
    final List<CheckConstraint> checks = new ArrayList<>();
    final List<ForeignKey> foreignKeys = new ArrayList<>();
    final List<Index> indexes = new ArrayList<>();
    final List<Trigger> triggers = new ArrayList<>();

    Relation(ResultSet row) throws SQLException {
        name = new TableName(row.getString("nspname"), row.getString("relname"));
        kind = row.getString("relkind").charAt(0);
        parent = row.getBoolean("relispartition") ? row.getLong("inhparent") : 0;
        replicaIdentity = IDENTITIES.getOrDefault(row.getString("relreplident").charAt(0), ReplicaIdentity.DEFAULT);
        logged = !row.getString("relpersistence").equals("u");
        rowSecurity = row.getBoolean("relrowsecurity");
        toast = row.getBoolean("toast");
        rows = row.getLong("rows");
        String key = row.getString("partkey");
        partitionKey = key == null ? Optional.empty() : Optional.of(new PartitionKey(key, row.getString("ranges")));
    }

    /** What a partition asks of its rows besides: rows of the root have to bear it, though not all of them do. */
    void takeOver(Relation partition) {
        partition.columns.values().stream()
                .filter(column -> !column.nullable())
                .forEach(strict -> columns.replaceAll(
                        (number, column) -> column.name().equals(strict.name()) ? column.refusingNull() : column));
        if (!partition.primaryKey.isEmpty()) {
            add(uniqueKeys, new UniqueKey(partition.name + "'s primary key", partition.primaryKey));
        }
        partition.uniqueKeys.forEach(key -> add(uniqueKeys, key));
        partition.checks.forEach(check -> add(checks, check));
        partition.triggers.forEach(trigger -> add(triggers, trigger));
        partition.foreignKeys.stream()
                .filter(key -> foreignKeys.stream().noneMatch(key::ties))
                .forEach(key -> foreignKeys.add(key.ofSomeRows()));
    }

    private static <T> void add(List<T> all, T one) {
        if (!all.contains(one)) {
            all.add(one);
        }
    }

    List<String> names(int[] numbers) {
        List<String> names = new ArrayList<>();
        for (int number : numbers) {
            CatalogColumn column = columns.get(number);
            if (column != null) {
                names.add(column.name());
            }
        }
        return List.copyOf(names);
    }

    CatalogTable table() {
        partitions.sort((a, b) -> a.name().compareTo(b.name()));
        return new CatalogTable(
                name,
                Stream.concat(partitionKey.stream(), keysBelow.stream())
                        .distinct()
                        .toList(),
                List.copyOf(partitions),
                List.copyOf(columns.values()),
                primaryKey,
                List.copyOf(uniqueKeys),
                List.copyOf(checks),
                List.copyOf(foreignKeys),
                List.copyOf(indexes),
                List.copyOf(triggers),
                replicaIdentity,
                logged,
                rowSecurity,
                toast,
                kind == 'p' ? partitionRows : rows);
    }
}
