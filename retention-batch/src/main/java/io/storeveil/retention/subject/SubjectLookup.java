package io.storeveil.retention.subject;

import io.storeveil.keys.OwnerId;
import io.storeveil.policy.Policy;
import io.storeveil.policy.SubjectKind;
import io.storeveil.retention.command.CommandFailed;
import io.storeveil.retention.command.InputWrong;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import javax.sql.DataSource;

/**
 * Finds the one person that a request or a hold means, in the store. Nobody and more than one are both refused: an
 * identifier is never allowed to merge people. No message repeats what was searched for.
 */
public final class SubjectLookup {

    private static final String INVALID_TEXT_REPRESENTATION = "22P02";

    private final Policy policy;
    private final DataSource store;

    public SubjectLookup(Policy policy, DataSource store) {
        this.policy = policy;
        this.store = store;
    }

    /** @param named {@code customer:42}; parts of a composite key are separated by commas */
    public Subject byKey(String named) {
        int colon = named.indexOf(':');
        if (colon < 1 || colon == named.length() - 1) {
            throw new InputWrong("--subject: allowed is KIND:KEY, and the policy knows these kinds: " + kinds());
        }
        SubjectKind kind = kind(named.substring(0, colon));
        String key = named.substring(colon + 1);
        List<String> parts = kind.key().size() == 1 ? List.of(key) : List.of(key.split(",", -1));
        if (parts.size() != kind.key().size()) {
            throw new InputWrong("--subject: the key of " + kind.name() + " has "
                    + kind.key().size() + " parts, separated by commas: " + String.join(",", kind.key()));
        }
        return theOne(kind, kind.key(), parts, "key");
    }

    /** @param name the identifier's name in the policy: {@code email} */
    public Subject byIdentifier(String name, String value) {
        List<SubjectKind> having = policy.subjects().values().stream()
                .filter(kind -> kind.identifiers().containsKey(name))
                .toList();
        if (having.isEmpty()) {
            String known = policy.subjects().values().stream()
                    .flatMap(kind -> kind.identifiers().keySet().stream())
                    .distinct()
                    .sorted()
                    .collect(Collectors.joining(", "));
            throw new InputWrong("--identifier: no subject of the policy has this identifier; it knows: "
                    + (known.isEmpty() ? "none" : known));
        }
        if (having.size() > 1) {
            throw new InputWrong(
                    "--identifier: several kinds of subject have a " + name + "; name one with --subject KIND:KEY");
        }
        SubjectKind kind = having.get(0);
        String column = kind.identifiers().get(name);
        if (column == null) {
            throw new IllegalStateException(name);
        }
        return theOne(kind, List.of(column), List.of(value), name);
    }

    private SubjectKind kind(String name) {
        SubjectKind kind = policy.subjects().get(name);
        if (kind == null) {
            throw new InputWrong("--subject: the policy has no such kind of subject; it knows: " + kinds());
        }
        return kind;
    }

    private String kinds() {
        return String.join(", ", policy.subjects().keySet());
    }

    private Subject theOne(SubjectKind kind, List<String> columns, List<String> values, String searched) {
        List<Subject> found;
        try (Connection connection = store.getConnection()) {
            found = find(connection, kind, columns, values, searched.equals("key"));
        } catch (SQLException failed) {
            if (INVALID_TEXT_REPRESENTATION.equals(failed.getSQLState())) {
                throw new InputWrong("this is not a possible " + searched + " of " + kind.table());
            }
            throw new CommandFailed("the store cannot be searched: SQLSTATE " + failed.getSQLState());
        }
        if (found.isEmpty()) {
            throw new InputWrong("nobody in " + kind.table() + " has this " + searched);
        }
        if (found.size() > 1) {
            throw new InputWrong("more than one row of " + kind.table() + " has this " + searched
                    + "; find out who is meant, and name them with --subject " + kind.name() + ":KEY");
        }
        return found.get(0);
    }

    private static List<Subject> find(
            Connection connection, SubjectKind kind, List<String> columns, List<String> values, boolean exact)
            throws SQLException {
        StringBuilder sql = new StringBuilder("select ");
        try (Statement quoting = connection.createStatement()) {
            for (String key : kind.key()) {
                String column = quoting.enquoteIdentifier(key, true);
                sql.append(column).append(", ").append(column).append("::text, ");
            }
            sql.append(Born.sql(kind, "a"));
            sql.append(" from ")
                    .append(quoting.enquoteIdentifier(kind.table().schema(), true))
                    .append('.')
                    .append(quoting.enquoteIdentifier(kind.table().name(), true))
                    .append(" a where ");
            for (int i = 0; i < columns.size(); i++) {
                String column = quoting.enquoteIdentifier(columns.get(i), true);
                sql.append(i == 0 ? "" : " and ")
                        .append(exact ? column + " = ?" : "lower(" + column + "::text) = lower(?::text)");
            }
        }
        try (PreparedStatement statement = connection.prepareStatement(sql + " limit 2")) {
            for (int i = 0; i < values.size(); i++) {
                statement.setObject(i + 1, values.get(i), Types.OTHER);
            }
            try (ResultSet rows = statement.executeQuery()) {
                List<Subject> found = new ArrayList<>();
                while (rows.next()) {
                    found.add(subject(kind, rows));
                }
                return found;
            }
        }
    }

    private static Subject subject(SubjectKind kind, ResultSet row) throws SQLException {
        List<Object> key = new ArrayList<>();
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < kind.key().size(); i++) {
            Object value = row.getObject(2 * i + 1);
            String text = row.getString(2 * i + 2);
            key.add(value instanceof Number || value instanceof byte[] ? value : text);
            texts.add(text);
        }
        return new Subject(
                kind,
                OwnerId.of(kind.table().toString(), key),
                String.join(",", texts),
                row.getString(2 * kind.key().size() + 1));
    }
}
