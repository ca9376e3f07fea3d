package io.storeveil.retention.restore;

import io.storeveil.keys.KeyReference;
import io.storeveil.policy.SubjectKind;
import io.storeveil.retention.catalog.Catalog;
import io.storeveil.retention.ownership.OwnerKeys;
import io.storeveil.retention.ownership.Ownership;
import io.storeveil.retention.ownership.RowKey;
import io.storeveil.retention.ownership.Sql;
import io.storeveil.retention.ownership.Texts;
import io.storeveil.retention.subject.Born;
import io.storeveil.retention.sweep.SweepContext;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Everybody in the store, once: the control database knows people by references that only their keys lead to. */
final class Census {

    private static final int PAGE = 1_000;

    /**
     * One person as the store has them. For the sweep's memory only.
     *
     * @param created as {@link Born#sql} gives it
     */
    record Person(List<String> key, KeyReference reference, @Nullable String created) {

        /** Composite keys are joined by commas. */
        String joinedKey() {
            return String.join(",", key);
        }

        /** Without the key. */
        @Override
        public String toString() {
            return "Person[" + reference + "]";
        }
    }

    /** Told of some people of one kind at a time; of the same again if the store was in the way. */
    interface Visitor {
        void visit(SubjectKind kind, List<Person> people) throws SQLException;
    }

    private final SweepContext context;

    Census(SweepContext context) {
        this.context = context;
    }

    void take(Visitor visitor) throws SQLException {
        context.transaction().look(connection -> {
            Ownership ownership = new Ownership(context.policy(), Catalog.read(connection));
            OwnerKeys keys = new OwnerKeys(ownership, context.keys().current());
            for (SubjectKind kind : context.policy().subjects().values()) {
                walk(connection, ownership, keys, kind, visitor);
            }
            return keys;
        });
    }

    private static void walk(
            Connection connection, Ownership ownership, OwnerKeys keys, SubjectKind kind, Visitor visitor)
            throws SQLException {
        RowKey key = RowKey.columns(ownership, kind.table(), kind.key());
        try (PreparedStatement query = connection.prepareStatement(
                "select " + Born.sql(kind, "a") + ", " + key.texts("a") + " from " + Sql.name(kind.table()) + " a")) {
            query.setFetchSize(PAGE);
            List<Person> page = new ArrayList<>();
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    List<String> values = Texts.of(row, 2, key.size());
                    page.add(new Person(values, keys.reference(kind.table(), values), row.getString(1)));
                    if (page.size() == PAGE) {
                        visitor.visit(kind, List.copyOf(page));
                        page.clear();
                    }
                }
            }
            if (!page.isEmpty()) {
                visitor.visit(kind, List.copyOf(page));
            }
        }
    }
}
