package io.storeveil.policy;

import java.util.List;
import java.util.Map;

/**
 * What the policy says of one table.
 *
 * @param key      the columns that name one row; empty where there are none
 * @param owners   whose rows these are, tried in this order; a row all of whose links are null is its own owner
 * @param purposes what the rows serve; a column may have its own
 * @param clock    retention of these rows runs from the latest of these; empty: from the clock of the owner
 * @param shared   rows that several people refer to; they go with their last referrer
 * @param dropsPartitions a partition all of whose time is over goes as a whole, once none of its rows is needed
 * @param captured false: known, but never streamed and never swept
 */
public record Table(
        TableName name,
        List<String> key,
        List<Owner> owners,
        List<String> purposes,
        List<ColumnRef> clock,
        Map<String, Column> columns,
        boolean shared,
        boolean dropsPartitions,
        boolean captured) {

    /** Every value that the policy tells apart: columns, and paths inside of columns. */
    public List<Column> parts() {
        return columns.values().stream()
                .flatMap(column -> column.parts().stream())
                .toList();
    }
}
