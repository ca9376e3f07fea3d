package io.storeveil.retention.catalog;

import io.storeveil.policy.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Stream;

/**
 * What a PostgreSQL (13 to 18) says of its tables at one moment. System schemas and {@code storeveil} are left out, and
 * so are partitions of their own: they stand under their root, and their foreign keys, triggers and publications too.
 *
 * @param serverVersion as {@code server_version_num} gives it: 170006
 * @param materializedViews they hold copies of rows that nobody declared
 */
public record Catalog(
        int serverVersion,
        SortedMap<TableName, CatalogTable> tables,
        List<TableName> materializedViews,
        List<Publication> publications) {

    /**
     * Reads the catalog in a handful of queries, whatever the number of tables. It changes nothing, and needs no right
     * on the tables themselves.
     */
    public static Catalog read(Connection connection) throws SQLException {
        return new CatalogReader(connection).read();
    }

    public Optional<CatalogTable> table(TableName name) {
        return Optional.ofNullable(tables.get(name));
    }

    public Optional<CatalogColumn> column(TableName table, String column) {
        return table(table).flatMap(found -> found.column(column));
    }

    public Stream<ForeignKey> foreignKeys() {
        return tables.values().stream().flatMap(table -> table.foreignKeys().stream());
    }

    /** The foreign keys of all tables, itself included, that point at this one. */
    public List<ForeignKey> foreignKeysInto(TableName table) {
        return foreignKeys().filter(key -> key.references().equals(table)).toList();
    }

    /** The publications that carry changes of this table, under its own name or those of its partitions. */
    public List<Publication> publicationsOf(TableName table) {
        return publications.stream()
                .filter(publication -> publication.tables().contains(table))
                .toList();
    }
}
