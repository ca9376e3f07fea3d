package io.storeveil.policy;

/** One column of one table. */
public record ColumnRef(TableName table, String column) {

    /** {@code schema.table.column}, unquoted: for messages and key domains, not for SQL. */
    @Override
    public String toString() {
        return table + "." + column;
    }
}
