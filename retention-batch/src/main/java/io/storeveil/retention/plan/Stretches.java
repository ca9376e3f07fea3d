package io.storeveil.retention.plan;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A walk cut into stretches of so many of the rows it begins with, due or not. A statement over a stretch carries all the
 * rule's conditions itself, so that no row need be named or locked before.
 */
public final class Stretches {

    /**
     * A part of the walk that one worker has for itself.
     *
     * @param behind where it begins, exclusive; null at the very beginning
     * @param upTo   where it ends, inclusive; null at the very end
     */
    public record Part(@Nullable String behind, @Nullable String upTo) {

        public static final Part WHOLE = new Part(null, null);
    }

    /**
     * @param after where the one before ended; null for a part's first
     * @param end   position of its last row; null where it reaches to the part's end
     */
    public record Stretch(Part part, @Nullable List<String> after, @Nullable List<String> end) {}

    private final Walk walk;

    Stretches(Walk walk) {
        this.walk = walk;
    }

    /** False where the walk does not go by a lasting order of the rows it begins with. */
    public boolean possible() {
        return walk.leading() > 0;
    }

    public Stretch next(Connection connection, Part part, @Nullable List<String> after, int rows) throws SQLException {
        Stretch open = new Stretch(part, after, null);
        try (PreparedStatement statement = connection.prepareStatement("select " + walk.leadTexts() + " from "
                + walk.tops() + condition(open) + walk.orderedByLead() + " offset " + (rows - 1) + " limit 1")) {
            bind(statement, 1, open);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? new Stretch(part, after, texts(row, walk.leading())) : open;
            }
        }
    }

    /** Begins with {@code and}, as far as the stretch has bounds. */
    public String condition(Stretch stretch) {
        return (stretch.after() != null ? " and " + walk.behind() : "")
                + (stretch.after() == null && stretch.part().behind() != null ? " and " + walk.behindPart() : "")
                + (stretch.end() != null ? " and " + walk.upTo() : "")
                + (stretch.end() == null && stretch.part().upTo() != null ? " and " + walk.upToPart() : "");
    }

    /** @return the next free position */
    public int bind(PreparedStatement statement, int from, Stretch stretch) throws SQLException {
        List<String> texts = new ArrayList<>();
        if (stretch.after() != null) {
            texts.addAll(stretch.after());
        } else if (stretch.part().behind() != null) {
            texts.add(stretch.part().behind());
        }
        if (stretch.end() != null) {
            texts.addAll(stretch.end());
        } else if (stretch.part().upTo() != null) {
            texts.add(stretch.part().upTo());
        }
        int next = from;
        for (String text : texts) {
            statement.setString(next++, text);
        }
        return next;
    }

    /** At most so many parts of about as many rows each; one, where the walk cannot be parted or is not worth it. */
    public List<Part> parts(Connection connection, int number, int worth) throws SQLException {
        long rows = !possible() || !walk.indexed() || number == 1 ? 0 : count(connection);
        if (rows < (long) worth * number) {
            return List.of(Part.WHOLE);
        }
        List<Part> parts = new ArrayList<>();
        String behind = null;
        for (String bound : bounds(connection, rows / number)) {
            parts.add(new Part(behind, bound));
            behind = bound;
        }
        parts.add(new Part(behind, null));
        return parts;
    }

    private long count(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select count(*) from " + walk.tops())) {
            row.next();
            return row.getLong(1);
        }
    }

    private List<String> bounds(Connection connection, long apart) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select distinct lead::text as bound, lead from (select "
                        + walk.lead() + " as lead, row_number() over (order by " + walk.lead() + ") as n from "
                        + walk.tops() + ") tops where n % " + apart + " = 0 order by lead")) {
            List<String> bounds = new ArrayList<>();
            while (row.next()) {
                bounds.add(row.getString(1));
            }
            return bounds;
        }
    }

    private static List<String> texts(ResultSet row, int number) throws SQLException {
        List<String> texts = new ArrayList<>();
        for (int i = 1; i <= number; i++) {
            texts.add(row.getString(i));
        }
        return texts;
    }
}
