package io.storeveil.retention.ownership;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Reads rows whose columns were asked for as texts, as {@link RowKey#texts} does. A null stays one. */
public final class Texts {

    private Texts() {}

    /**
     * Columns of the row that the query stands at.
     *
     * @param from the first, from 1
     */
    public static List<String> of(ResultSet row, int from, int columns) throws SQLException {
        List<String> texts = new ArrayList<>(columns);
        for (int i = from; i < from + columns; i++) {
            texts.add(row.getString(i));
        }
        return texts;
    }

    /** All rows. */
    public static List<List<String>> all(PreparedStatement query, int columns) throws SQLException {
        List<List<String>> rows = new ArrayList<>();
        try (ResultSet row = query.executeQuery()) {
            while (row.next()) {
                rows.add(of(row, 1, columns));
            }
        }
        return rows;
    }
}
