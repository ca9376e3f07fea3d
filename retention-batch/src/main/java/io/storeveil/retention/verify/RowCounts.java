package io.storeveil.retention.verify;

import io.storeveil.policy.TableName;
import io.storeveil.retention.erase.Erasure;
import io.storeveil.retention.ownership.Ownership;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** How much of people lies in the store. */
public final class RowCounts {

    private RowCounts() {}

    /** Rows by table, of each person in their order, found along the links of ownership. */
    public static List<Map<TableName, Long>> of(Connection connection, Ownership ownership, List<Erasure> people)
            throws SQLException {
        return new PeopleRows(new Lookup(connection, ownership), ownership)
                .of(people, Map.of()).stream().map(RowCounts::byTable).toList();
    }

    private static Map<TableName, Long> byTable(Family family) {
        Map<TableName, Long> rows = new TreeMap<>();
        family.present().forEach(row -> rows.merge(row.table(), 1L, Long::sum));
        return rows;
    }
}
