package io.storeveil.retention.resend;

import io.storeveil.control.Consents;
import io.storeveil.policy.Column;
import io.storeveil.policy.Table;
import io.storeveil.policy.TableName;
import io.storeveil.retention.catalog.CatalogColumn;
import io.storeveil.retention.ownership.Ownership;
import io.storeveil.retention.ownership.RowKey;
import io.storeveil.retention.ownership.Sql;
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

/**
 * Updates rows of one table to what they are, so that change capture sends them again. No trigger fires, so that neither a
 * {@code last_updated} nor a retention clock moves; large values are written anew, or PostgreSQL would not send them.
 */
final class Touch {

    /** At once. */
    static final int ROWS = 1_000;

    private static final String INSUFFICIENT_PRIVILEGE = "42501";

    private final StoreTransaction store;
    private final Ownership ownership;
    private final TableName table;
    private final RowKey key;
    private final String assignments;
    private final boolean silent;

    private Touch(StoreTransaction store, Ownership ownership, TableName table, String purpose) throws SQLException {
        this.store = store;
        this.ownership = ownership;
        this.table = table;
        this.key = RowKey.of(ownership, table);
        this.assignments = assignments(purpose);
        this.silent = maySilenceTriggers();
    }

    /**
     * @param purpose whose columns the rows are sent again for
     * @throws Untouched if something else would change, too
     */
    static Touch of(StoreTransaction store, Ownership ownership, TableName table, String purpose)
            throws SQLException, Untouched {
        Touch touch = new Touch(store, ownership, table, purpose);
        touch.requireNoTrigger();
        return touch;
    }

    /** The tables with columns that a sink opens for the purpose, if their owners allow it. */
    static List<TableName> tables(Ownership ownership, String purpose) {
        return ownership.childrenFirst().stream()
                .filter(table -> concerns(ownership, table, purpose))
                .toList();
    }

    /** True for one of {@link #tables}. */
    static boolean concerns(Ownership ownership, TableName name, String purpose) {
        Table table = ownership.table(name);
        return table.captured() && table.columns().values().stream().anyMatch(column -> isFor(column, purpose));
    }

    private static boolean isFor(Column column, String purpose) {
        return column.parts().stream()
                .anyMatch(part -> (purpose.equals(Consents.EVERY_PURPOSE)
                                || part.purposes().contains(purpose))
                        && part.inStream().guarantee().ownerKeyed()
                        && part.inStream().guarantee().reversible());
    }

    private void requireNoTrigger() throws SQLException, Untouched {
        List<String> triggers = store.run(this::triggers);
        if (!triggers.isEmpty()) {
            throw new Untouched(table + ": trigger " + String.join(", ", triggers) + " would fire"
                    + (silent
                            ? " even so, being enabled ALWAYS or REPLICA"
                            : "; allow this user to set session_replication_role (GRANT SET ON PARAMETER, PostgreSQL 15 and"
                                    + " later), or run it as one who may"));
        }
    }

    /** @param keys of rows, which the transaction has locked or will lock by this */
    void rows(Connection connection, List<List<String>> keys) throws SQLException {
        if (silent) {
            silence(connection);
        }
        try (PreparedStatement update = connection.prepareStatement(
                "update " + Sql.name(table) + " a set " + assignments + " where " + key.among("a"))) {
            key.bind(update, 1, keys);
            update.executeUpdate();
        }
    }

    private boolean maySilenceTriggers() throws SQLException {
        try {
            return store.once(Touch::silence);
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

    private List<String> triggers(Connection connection) throws SQLException {
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
