package io.storeveil.retention.plan;

import io.storeveil.policy.SubjectKind;
import io.storeveil.retention.ownership.Ownership;
import io.storeveil.retention.ownership.Sql;
import io.storeveil.retention.ownership.Subjects;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * The people whom a night leaves over, in {@code storeveil.waiting}. The rules of the tables leave their rows alone: what
 * says that a person is inactive, and the links to rows that nothing dates, must still be there on the night that erases them.
 */
public final class Waiting {

    private Waiting() {}

    /** @param rules that are approved: for another nobody waits any more */
    static int keep(Connection connection, Ownership ownership, List<Rule> rules) throws SQLException {
        List<String> kinds = new ArrayList<>();
        for (Rule rule : rules) {
            kinds.add(ownership.policy().subjectOf(rule.table()).orElseThrow().name());
        }
        try (PreparedStatement delete =
                connection.prepareStatement("delete from storeveil.waiting where subject_kind <> all(?)")) {
            delete.setArray(1, connection.createArrayOf("text", kinds.toArray()));
            return delete.executeUpdate();
        }
    }

    /** @param rules by which people are erased whole: those whom they still find wait */
    public static int write(Connection connection, Ownership ownership, List<Rule> rules) throws SQLException {
        int people = 0;
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate("delete from storeveil.waiting");
            for (Rule rule : rules) {
                SubjectKind kind = ownership.policy().subjectOf(rule.table()).orElseThrow();
                RuleSql sql = RuleSql.of(rule, ownership);
                people += statement.executeUpdate("insert into storeveil.waiting select " + Sql.literal(kind.name())
                        + ", " + Subjects.texts("a", kind.key()) + " from " + sql.from() + " where " + sql.due());
            }
            // A planner that still thinks it empty would read all of it for each row.
            statement.execute("analyze storeveil.waiting");
        }
        return people;
    }
}
