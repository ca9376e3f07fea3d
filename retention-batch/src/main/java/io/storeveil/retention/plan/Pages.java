package io.storeveil.retention.plan;

import io.storeveil.retention.ownership.Texts;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The due rows of a rule, locked page by page in one order, so that each page begins where the last one ended and no row
 * is looked at twice. Rows are named by where they lie, which holds while they are locked.
 */
public final class Pages {

    /**
     * @param places where the locked rows lie
     * @param last   position of the last one; null where rows have none, and the next page is asked for like the first
     */
    public record Page(List<Place> places, @Nullable List<String> last) {}

    /** The number of a row's table, which is a partition where the table is partitioned, and where in it the row lies. */
    public record Place(long table, String at) {}

    private final Walk walk;
    private final String due;
    private final Map<Long, String> names = new ConcurrentHashMap<>();

    Pages(Walk walk, String due) {
        this.walk = walk;
        this.due = due;
    }

    /** @param waiting for rows that others have locked; else they are left out */
    public Page lock(Connection connection, @Nullable List<String> after, int limit, boolean waiting)
            throws SQLException {
        boolean goesOn = after != null && !walk.order().isEmpty();
        String query = "select a.tableoid, a.ctid::text from " + walk.from() + " where " + due
                + (goesOn ? " and " + walk.after() : "")
                + walk.ordered() + " limit " + limit + " for update of a" + (waiting ? "" : " skip locked");
        List<Place> places = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            if (goesOn && after != null) {
                bind(statement, bind(statement, 1, after.subList(0, walk.repeated())), after);
            }
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    places.add(new Place(row.getLong(1), row.getString(2)));
                }
            }
        }
        return new Page(places, places.isEmpty() ? null : position(connection, places.get(places.size() - 1)));
    }

    /** A table's name as SQL, which says nothing of the tables that inherit from it. */
    public String only(Connection connection, long table) throws SQLException {
        String known = names.get(table);
        if (known != null) {
            return known;
        }
        try (PreparedStatement statement =
                connection.prepareStatement("select cast(cast(? as oid) as regclass)::text")) {
            statement.setLong(1, table);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                String name = "only " + row.getString(1);
                names.put(table, name);
                return name;
            }
        }
    }

    private @Nullable List<String> position(Connection connection, Place place) throws SQLException {
        if (walk.order().isEmpty()) {
            return null;
        }
        try (PreparedStatement statement = connection.prepareStatement("select " + walk.texts() + " from " + walk.from()
                + " where a.tableoid = ? and a.ctid = cast(? as tid)")) {
            statement.setLong(1, place.table());
            statement.setString(2, place.at());
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? Texts.of(row, 1, walk.order().size()) : null;
            }
        }
    }

    private static int bind(PreparedStatement statement, int from, List<String> texts) throws SQLException {
        int next = from;
        for (String text : texts) {
            statement.setString(next++, text);
        }
        return next;
    }
}
