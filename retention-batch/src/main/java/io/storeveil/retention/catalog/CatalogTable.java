package io.storeveil.retention.catalog;

import io.storeveil.policy.TableName;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * One table.
 *
 * @param partitionedBy its own key, and then those of its partitions that are partitioned again; empty unless partitioned
 * @param partitions every partition at every level under it; empty unless partitioned
 * @param logged     false for an unlogged table, which no publication carries
 * @param rowSecurity row security policies are on: a role that does not bypass them sees a part of the rows
 * @param mayToast   it, or one of its partitions, has a TOAST table
 * @param estimatedRows the planner's estimate; -1 where it was never analysed
 */
public record CatalogTable(
        TableName name,
        List<PartitionKey> partitionedBy,
        List<Partition> partitions,
        List<CatalogColumn> columns,
        List<String> primaryKey,
        List<UniqueKey> uniqueKeys,
        List<CheckConstraint> checks,
        List<ForeignKey> foreignKeys,
        List<Index> indexes,
        List<Trigger> triggers,
        ReplicaIdentity replicaIdentity,
        boolean logged,
        boolean rowSecurity,
        boolean mayToast,
        long estimatedRows) {

    public boolean partitioned() {
        return !partitionedBy.isEmpty();
    }

    public Optional<CatalogColumn> column(String column) {
        return columns.stream().filter(c -> c.name().equals(column)).findFirst();
    }

    /** An index that finds rows by exactly these columns: they lead it, in any order, and it holds every row. */
    public Optional<Index> indexOn(Collection<String> leading) {
        return indexes.stream().filter(index -> index.finds(leading)).findFirst();
    }

    /** The columns that a delete's and an update's old row carries: PostgreSQL refuses both when there are none. */
    public List<String> identityColumns() {
        return switch (replicaIdentity) {
            case DEFAULT -> primaryKey;
            case FULL -> columns.stream().map(CatalogColumn::name).toList();
            case NOTHING -> List.of();
            case INDEX ->
                indexes.stream()
                        .filter(Index::replicaIdentity)
                        .findFirst()
                        .map(Index::columns)
                        .orElse(List.of());
        };
    }
}
