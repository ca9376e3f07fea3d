package io.storeveil.control;

/**
 * A name that the stream met and no policy knows.
 *
 * @param table  {@code schema.table}; the topic where no table is named
 * @param column empty for the whole table
 */
public record Unknown(String store, String table, String column) {

    @Override
    public String toString() {
        return column.isEmpty() ? table : table + "." + column;
    }
}
