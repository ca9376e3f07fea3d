package io.storeveil.retention.resend;

import io.storeveil.keys.KeyReference;
import io.storeveil.keys.OwnerId;
import io.storeveil.policy.TableName;
import io.storeveil.retention.ownership.Link;
import io.storeveil.retention.ownership.Ownership;
import io.storeveil.retention.ownership.RowKey;
import io.storeveil.retention.ownership.Sql;
import io.storeveil.retention.ownership.Texts;
import io.storeveil.retention.store.Fences;
import io.storeveil.retention.store.StoreTransaction;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One person's rows of one table, or everybody's. */
public final class SentAgain {

    private final StoreTransaction store;
    private final Ownership ownership;
    private final TableName table;
    private final String purpose;
    private final RowKey key;

    private SentAgain(StoreTransaction store, Ownership ownership, TableName table, String purpose) {
        this.store = store;
        this.ownership = ownership;
        this.table = table;
        this.purpose = purpose;
        this.key = RowKey.of(ownership, table);
    }

    /** The tables with columns that a sink opens for the purpose, if their owners allow it. */
    public static List<SentAgain> tables(StoreTransaction store, Ownership ownership, String purpose) {
        return Touch.tables(ownership, purpose).stream()
                .map(table -> new SentAgain(store, ownership, table, purpose))
                .toList();
    }

    /**
     * One person's rows.
     *
     * @param owner the person's own row, or one of theirs that has a key of its own
     * @throws Untouched if something else would change, too
     */
    public void person(OwnerId owner, KeyReference subject) throws SQLException, Untouched {
        List<String> columns = columnsOf(owner);
        if (columns.isEmpty()) {
            return;
        }
        List<String> values = owner.key().stream().map(SentAgain::text).toList();
        StringBuilder theirs = new StringBuilder(applies(owner));
        for (String column : columns) {
            theirs.append(" and ")
                    .append(Sql.of("a", column))
                    .append(" = cast(? as ")
                    .append(ownership.column(table, column).type())
                    .append(')');
        }
        send(theirs.toString(), values, subject);
    }

    /** Everybody's rows. @throws Untouched if something else would change, too */
    public void everybody() throws SQLException, Untouched {
        send("true", List.of(), null);
    }

    private List<String> columnsOf(OwnerId owner) {
        if (isOwnTable(owner)) {
            return ownership.ownerKey(table);
        }
        return link(owner).stream()
                .flatMap(link -> link.owner().on().keySet().stream())
                .toList();
    }

    private boolean isOwnTable(OwnerId owner) {
        return table.toString().equals(owner.kind());
    }

    /** The links to the person's own table; a policy has one, or columns of choice are refused. */
    private List<Link> link(OwnerId owner) {
        return ownership.linksOf(table).stream()
                .filter(link -> link.to().toString().equals(owner.kind()))
                .limit(1)
                .toList();
    }

    private String applies(OwnerId owner) {
        return isOwnTable(owner) ? "true" : link(owner).get(0).appliesTo("a");
    }

    private static String text(Object value) {
        String text = value.toString();
        return text.startsWith("\0b") ? "\\x" + text.substring(2) : text;
    }

    private void send(String whose, List<String> values, @Nullable KeyReference subject)
            throws SQLException, Untouched {
        Touch touch = Touch.of(store, ownership, table, purpose);
        List<String> after = List.of();
        do {
            List<String> from = after;
            after = store.run(connection -> next(connection, touch, whose, values, subject, from));
        } while (!after.isEmpty() && key.lasting());
    }

    /** @return the last row's key; empty when there was none */
    private List<String> next(
            Connection connection,
            Touch touch,
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
        List<List<String>> rows = lock(connection, whose, values, after);
        if (rows.isEmpty()) {
            return List.of();
        }
        touch.rows(connection, rows);
        return rows.get(rows.size() - 1);
    }

    private List<List<String>> lock(Connection connection, String whose, List<String> values, List<String> after)
            throws SQLException {
        String query = "select " + key.texts("a") + " from " + Sql.name(table) + " a where " + whose
                + (after.isEmpty() ? "" : " and " + key.after("a"))
                + (key.lasting() ? " order by " + key.order("a") + " limit " + Touch.ROWS : "") + " for update of a";
        try (PreparedStatement select = connection.prepareStatement(query)) {
            int at = 1;
            for (String value : values) {
                select.setString(at++, value);
            }
            for (String part : after) {
                select.setString(at++, part);
            }
            return Texts.all(select, key.size());
        }
    }
}
