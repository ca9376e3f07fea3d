package io.storeveil.retention.plan;

import io.storeveil.retention.ownership.Subjects.Contracts;
import io.storeveil.retention.ownership.Texts;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A walk cut into stretches of so many of the rows it begins with, due or not. One statement finds a stretch and changes
 * what is due in it, and carries all the rule's conditions itself, so that no row need be named or locked before.
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

    private final Walk walk;
    private final String wanted;
    private final List<Contracts> contracts;

    /**
     * @param wanted    what else is asked of a row at the top for it to count as one of a stretch
     * @param contracts to be asked for once for all people of a stretch
     */
    Stretches(Walk walk, String wanted, List<Contracts> contracts) {
        this.walk = walk;
        this.wanted = wanted;
        this.contracts = contracts;
    }

    /** False where the walk does not go by a lasting order of the rows it begins with. */
    public boolean possible() {
        return walk.leading() > 0;
    }

    /** True where the rows that a stretch is cut by are the rule's own. */
    public boolean ofRows() {
        return walk.down().isEmpty();
    }

    /** How many texts a position has. */
    public int positions() {
        return walk.leading();
    }

    /**
     * How a statement over the next stretch begins: {@code s} are the rows at the top, {@code e} is the last of them, and
     * {@code c0}, {@code c1} ... are the people among them with an open contract.
     *
     * @param after where the stretch before ended; null for a part's first
     */
    public String opening(Part part, @Nullable List<String> after, int rows) {
        List<String> selected = new ArrayList<>();
        walk.leads().forEach(lead -> selected.add(lead.expression() + " as l" + selected.size()));
        for (int i = 0; i < contracts.size(); i++) {
            selected.add(contracts.get(i).person() + " as p" + i);
        }
        String backwards = numbered("l", " desc");
        StringBuilder with = new StringBuilder("with s as materialized (select " + String.join(", ", selected)
                + " from "
                + tops(part, after) + " and " + wanted + walk.orderedByLead() + " limit " + rows
                + "), e as materialized (select " + numbered("l", "") + " from s order by " + backwards + " limit 1)");
        for (int i = 0; i < contracts.size(); i++) {
            with.append(", c").append(i).append(" as materialized (");
            with.append(contracts.get(i).open("select p" + i + " from s")).append(")");
        }
        return with.toString();
    }

    /** What tells how far the stretch goes: how many rows begin it, and in {@code e} the position of the last. */
    public List<String> reach() {
        List<String> reach = new ArrayList<>(List.of("(select count(*) from s)"));
        for (int i = 0; i < walk.leading(); i++) {
            reach.add("e.l" + i + "::text");
        }
        return reach;
    }

    /** Begins with {@code and}: that a row lies in the stretch, and not above the position in {@code e}. */
    public String within(Part part, @Nullable List<String> after) {
        String end = IntStream.range(0, walk.leading())
                .mapToObj(i -> "(select l" + i + " from e)")
                .collect(Collectors.joining(", "));
        return behind(part, after) + " and (" + walk.leadExpressions() + ") <= (" + end + ")";
    }

    /** That the row's person has no open contract, as far as the statement's beginning looked for some. */
    static String withoutContract(List<Contracts> contracts) {
        List<String> conditions = new ArrayList<>();
        for (int i = 0; i < contracts.size(); i++) {
            String person = contracts.get(i).person();
            // A row that somebody else's change has meanwhile made another person's is not among those asked for.
            conditions.add("(" + person + " is null or (" + person + " in (select p" + i + " from s) and " + person
                    + " not in (select owner from c" + i + ")))");
        }
        return conditions.isEmpty() ? "true" : String.join(" and ", conditions);
    }

    /** What {@link #opening} and then {@link #within} ask for. */
    public void bind(PreparedStatement statement, Part part, @Nullable List<String> after) throws SQLException {
        List<String> texts = texts(part, after);
        texts.addAll(bounds(part, after));
        bind(statement, texts);
    }

    /** Position of a stretch's last row, where the statement over it could not say; null where the part ends before. */
    public @Nullable List<String> end(Connection connection, Part part, @Nullable List<String> after, int rows)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("select " + walk.leadTexts() + " from "
                + tops(part, after) + walk.orderedByLead() + " offset " + (rows - 1) + " limit 1")) {
            bind(statement, texts(part, after));
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? Texts.of(row, 1, walk.leading()) : null;
            }
        }
    }

    /** How many rows there are to cut stretches by: of this, PostgreSQL can let several processes see to it. */
    public long count(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select count(*) from " + walk.tops() + " and " + wanted)) {
            row.next();
            return row.getLong(1);
        }
    }

    /** True where parts can be found by the index that the walk goes along. */
    public boolean partable() {
        return possible() && walk.indexed();
    }

    /**
     * Cuts the walk into parts that lie beside one another, whatever goes meanwhile.
     *
     * @param rows at the top in each of them, and as many more as have the last one's date
     */
    public List<Part> parts(Connection connection, long rows) throws SQLException {
        List<Part> parts = new ArrayList<>();
        try (PreparedStatement first = connection.prepareStatement(bound(walk.tops(), rows));
                PreparedStatement next =
                        connection.prepareStatement(bound(walk.tops() + " and " + walk.behindPart(), rows))) {
            String behind = null;
            String end = text(first);
            while (end != null) {
                parts.add(new Part(behind, end));
                behind = end;
                next.setString(1, end);
                end = text(next);
            }
            parts.add(new Part(behind, null));
        }
        return parts;
    }

    /** As text only where it ends: PostgreSQL would write a text for each row that it passes over. */
    private String bound(String tops, long rows) {
        return "select l::text from (select " + walk.lead() + " as l from " + tops + " order by l offset " + (rows - 1)
                + " limit 1) b";
    }

    private static @Nullable String text(PreparedStatement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery()) {
            return row.next() ? row.getString(1) : null;
        }
    }

    private String tops(Part part, @Nullable List<String> after) {
        return walk.tops() + inPart(part, after);
    }

    /** Begins with {@code and}; empty where nothing is asked. */
    String inPart(Part part, @Nullable List<String> after) {
        return behind(part, after) + (part.upTo() == null ? "" : " and " + walk.upToPart());
    }

    /** What {@link #inPart} asks for. */
    static List<String> texts(Part part, @Nullable List<String> after) {
        List<String> texts = new ArrayList<>(bounds(part, after));
        if (part.upTo() != null) {
            texts.add(part.upTo());
        }
        return texts;
    }

    private String behind(Part part, @Nullable List<String> after) {
        if (after != null) {
            return " and " + walk.behind();
        }
        return part.behind() == null ? "" : " and " + walk.behindPart();
    }

    private static List<String> bounds(Part part, @Nullable List<String> after) {
        if (after != null) {
            return after;
        }
        return part.behind() == null ? List.of() : List.of(part.behind());
    }

    private String numbered(String name, String direction) {
        return IntStream.range(0, walk.leading())
                .mapToObj(i -> name + i + direction)
                .collect(Collectors.joining(", "));
    }

    static void bind(PreparedStatement statement, List<String> texts) throws SQLException {
        int next = 1;
        for (String text : texts) {
            statement.setString(next++, text);
        }
    }
}
