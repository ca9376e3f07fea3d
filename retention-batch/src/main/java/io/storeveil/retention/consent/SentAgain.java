package io.storeveil.retention.consent;

import io.storeveil.control.Consents;
import io.storeveil.keys.KeyReference;
import io.storeveil.policy.Column;
import io.storeveil.policy.TableName;
import io.storeveil.retention.catalog.CatalogColumn;
import io.storeveil.retention.ownership.Link;
import io.storeveil.retention.ownership.Ownership;
import io.storeveil.retention.ownership.RowKey;
import io.storeveil.retention.ownership.Sql;
import io.storeveil.retention.store.Fences;
import io.storeveil.retention.store.StoreTransaction;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Updates rows of one table to what they are, so that change capture sends them again. No trigger fires, so that neither a
 * {@code last_updated} nor a retention clock moves; large values are written anew, or PostgreSQL would not send them.
 */
final class SentAgain {

    private static final int ROWS = 1_000;
    private static final String INSUFFICIENT_PRIVILEGE = "42501";

    private final StoreTransaction store;
    private final Ownership ownership;
    private final TableName table;
    private final RowKey key;
    private final String assignments;

    /** @param purpose whose columns the rows are sent again for */
    SentAgain(StoreTransaction store, Ownership ownership, TableName table, String purpose) {
        this.store = store;
        this.ownership = ownership;
        this.table = table;
        this.key = RowKey.of(ownership, table);
        this.assignments = assignments(purpose);
    }

    /** The tables with columns that a sink opens for the purpose, if their owners allow it. */
    static List<TableName> tables(Ownership ownership, String purpose) {
        return ownership.childrenFirst().stream()
                .filter(name ->
                        ownership.table(name).columns().values().stream().anyMatch(column -> isFor(column, purpose)))
                .toList();
    }

    private static boolean isFor(Column column, String purpose) {
        return column.parts().stream()
                .anyMatch(part -> (purpose.equals(Consents.EVERY_PURPOSE)
                                || part.purposes().contains(purpose))
                        && part.inStream().guarantee().ownerKeyed()
                        && part.inStream().guarantee().reversible());
    }

    /**
     * One person's rows.
     *
     * @throws Untouched if something else would change, too
     */
    void person(Pending person) throws SQLException, Untouched {
        List<String> columns = columnsOf(person);
        if (columns.isEmpty()) {
            return;
        }
        List<String> values = person.owner().key().stream().map(SentAgain::text).toList();
        StringBuilder theirs = new StringBuilder(applies(person));
        for (String column : columns) {
            theirs.append(" and ")
                    .append(Sql.of("a", column))
                    .append(" = cast(? as ")
                    .append(ownership.column(table, column).type())
                    .append(')');
        }
        send(theirs.toString(), values, person.subject());
    }

    /** Everybody's rows. @throws Untouched if something else would change, too */
    void everybody() throws SQLException, Untouched {
        send("true", List.of(), null);
    }

    private List<String> columnsOf(Pending person) {
        if (isOwnTable(person)) {
            return ownership.ownerKey(table);
        }
        return link(person).stream()
                .flatMap(link -> link.owner().on().keySet().stream())
                .toList();
    }

    private boolean isOwnTable(Pending person) {
        return table.toString().equals(person.owner().kind());
    }

    /** The links to the person's own table; a policy has one, or columns of choice are refused. */
    private List<Link> link(Pending person) {
        return ownership.linksOf(table).stream()
                .filter(link -> link.to().toString().equals(person.owner().kind()))
                .limit(1)
                .toList();
    }

    private String applies(Pending person) {
        return isOwnTable(person) ? "true" : link(person).get(0).appliesTo("a");
    }

    private static String text(Object value) {
        String text = value.toString();
        return text.startsWith("\0b") ? "\\x" + text.substring(2) : text;
    }

    private void send(String whose, List<String> values, @Nullable KeyReference subject)
            throws SQLException, Untouched {
        boolean silent = maySilenceTriggers();
        List<String> triggers = store.run(connection -> triggers(connection, silent));
        if (!triggers.isEmpty()) {
            throw new Untouched(table + ": trigger " + String.join(", ", triggers) + " would fire"
                    + (silent
                            ? " even so, being enabled ALWAYS or REPLICA"
                            : "; allow this user to set session_replication_role (GRANT SET ON PARAMETER, PostgreSQL 15 and"
                                    + " later), or run it as one who may"));
        }
        List<String> after = List.of();
        do {
            List<String> from = after;
            after = store.run(connection -> next(connection, silent, whose, values, subject, from));
        } while (!after.isEmpty() && key.lasting());
    }

    private boolean maySilenceTriggers() throws SQLException {
        try {
            return store.once(SentAgain::silence);
        } catch (SQLException refused) {
            if (INSUFFICIENT_PRIVILEGE.equals(refused.getSQLState())) {
                return false;
            }
            throw refused;
        }
    }

    private static boolean silence(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("set local session_replication_role = replica");
            return true;
        }
    }

    private List<String> triggers(Connection connection, boolean silent) throws SQLException {
        String firing = silent ? "('A', 'R')" : "('O', 'A')";
        try (PreparedStatement query = connection.prepareStatement(
                "select distinct t.tgname::text from pg_catalog.pg_trigger t where not t.tgisinternal"
                        + " and (t.tgtype & 16) <> 0 and t.tgenabled in " + firing
                        + " and (t.tgrelid = cast(? as regclass) or t.tgrelid in"
                        + " (select relid from pg_catalog.pg_partition_tree(cast(? as regclass)))) order by 1")) {
            query.setString(1, Sql.name(table));
            query.setString(2, Sql.name(table));
            List<String> names = new ArrayList<>();
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    names.add(row.getString(1));
                }
            }
            return names;
        }
    }

    /** @return the last row's key; empty when there was none */
    private List<String> next(
            Connection connection,
            boolean silent,
            String whose,
            List<String> values,
            @Nullable KeyReference subject,
            List<String> after)
            throws SQLException {
        if (subject == null) {
            Fences.shareAll(connection);
        } else {
            Fences.share(connection, subject);
        }
        if (silent) {
            silence(connection);
        }
        String from = Sql.name(table) + " a";
        List<List<String>> rows = lock(connection, from, whose, values, after);
        if (rows.isEmpty()) {
            return List.of();
        }
        try (PreparedStatement update =
                connection.prepareStatement("update " + from + " set " + assignments + " where " + key.among("a"))) {
            key.bind(update, 1, rows);
            update.executeUpdate();
        }
        return rows.get(rows.size() - 1);
    }

    private List<List<String>> lock(
            Connection connection, String from, String whose, List<String> values, List<String> after)
            throws SQLException {
        String query = "select " + key.texts("a") + " from " + from + " where " + whose
                + (after.isEmpty() ? "" : " and " + key.after("a"))
                + (key.lasting() ? " order by " + key.order("a") + " limit " + ROWS : "") + " for update of a";
        try (PreparedStatement select = connection.prepareStatement(query)) {
            int at = 1;
            for (String value : values) {
                select.setString(at++, value);
            }
            for (String part : after) {
                select.setString(at++, part);
            }
            List<List<String>> rows = new ArrayList<>();
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    List<String> parts = new ArrayList<>();
                    for (int i = 1; i <= key.size(); i++) {
                        parts.add(row.getString(i));
                    }
                    rows.add(parts);
                }
            }
            return rows;
        }
    }

    /** The purpose's columns, written anew where they may be out of line; where none can be written, any that can. */
    private String assignments(String purpose) {
        Map<String, Column> declared = ownership.table(table).columns();
        List<CatalogColumn> writable = ownership.described(table).columns().stream()
                .filter(column -> !column.generated() && !column.identity())
                .toList();
        List<CatalogColumn> served = writable.stream()
                .filter(column -> declared.containsKey(column.name()) && isFor(declared.get(column.name()), purpose))
                .toList();
        return (served.isEmpty() ? writable.subList(0, 1) : served)
                .stream()
                        .map(column -> Sql.name(column.name()) + " = " + itself(column))
                        .collect(Collectors.joining(", "));
    }

    private static String itself(CatalogColumn column) {
        String name = Sql.of("a", column.name());
        return column.mayToast() ? "cast(cast(" + name + " as text) || '' as " + column.type() + ")" : name;
    }
}
