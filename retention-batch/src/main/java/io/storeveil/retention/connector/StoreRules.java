package io.storeveil.retention.connector;

import io.storeveil.policy.TableName;
import io.storeveil.retention.catalog.Catalog;
import io.storeveil.retention.catalog.CatalogTable;
import io.storeveil.retention.catalog.ReplicaIdentity;
import io.storeveil.retention.connector.Weakness.Severity;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Looks in the store at what a source connector relies on there: its publication, its slot, the replica identities. */
final class StoreRules {

    private static final String STORE = "(store)";

    private final Connection store;
    private final Connector connector;
    private final List<Weakness> found = new ArrayList<>();

    StoreRules(Connection store, Connector connector) {
        this.store = store;
        this.connector = connector;
    }

    List<Weakness> look() throws SQLException {
        publication();
        slot();
        replicaIdentities();
        return List.copyOf(found);
    }

    private void publication() throws SQLException {
        String publication = connector.setting("publication.name", "dbz_publication");
        boolean carries = exists(
                "select 1 from pg_publication_tables where pubname = ? and schemaname = 'storeveil' and tablename ="
                        + " 'journal'",
                publication);
        if (!carries && exists("select 1 from pg_tables where schemaname = ? and tablename = 'journal'", "storeveil")) {
            add(
                    Severity.ERROR,
                    "publication.name",
                    "'" + publication + "', without storeveil.journal",
                    "a publication with it: ALTER PUBLICATION ... ADD TABLE storeveil.journal",
                    "The sweep never sees that its erasures have passed through, and destroys no key.");
        }
    }

    private void slot() throws SQLException {
        String limit = one("select setting from pg_settings where name = ?", "max_slot_wal_keep_size");
        if (limit.equals("-1")) {
            found.add(new Weakness(
                    Severity.WARNING,
                    STORE,
                    "max_slot_wal_keep_size",
                    "-1, no limit",
                    "a size that the store's disk can spare",
                    "A connector that stands still, because Protect stopped it or nobody started it, lets its slot fill"
                            + " the store's disk."));
        }
        String slot = connector.setting("slot.name", "debezium");
        String status = one("select coalesce(wal_status, '') from pg_replication_slots where slot_name = ?", slot);
        if (status.isEmpty() || status.equals("lost")) {
            add(
                    Severity.ERROR,
                    "slot.name",
                    "'" + slot + "', " + (status.isEmpty() ? "which does not exist" : "whose log is lost"),
                    "a slot that the connector has used all along",
                    "Changes are missing in Kafka, deletes among them: capture the store anew, with a new snapshot.");
        }
    }

    /** With {@code before=full} Protect believes what a delete says of every column. */
    private void replicaIdentities() throws SQLException {
        for (String protect : connector.transforms(Connector.PROTECT)) {
            String setting = "transforms." + protect + ".before";
            if (!connector.setting(setting, "key").equalsIgnoreCase("full")) {
                continue;
            }
            List<String> others = Catalog.read(store).tables().values().stream()
                    .filter(table -> table.replicaIdentity() != ReplicaIdentity.FULL)
                    .map(CatalogTable::name)
                    .map(TableName::toString)
                    .limit(5)
                    .toList();
            if (!others.isEmpty()) {
                add(
                        Severity.ERROR,
                        setting,
                        "'full', and these tables have another replica identity: " + String.join(", ", others),
                        "key, or REPLICA IDENTITY FULL for every captured table",
                        "Debezium fills what PostgreSQL did not send with zeros and empty texts, which pass as values.");
            }
        }
    }

    private boolean exists(String sql, String name) throws SQLException {
        return !one(sql, name).isEmpty();
    }

    /** The first column of the first row; empty where there is none. */
    private String one(String sql, String name) throws SQLException {
        try (PreparedStatement statement = store.prepareStatement(sql)) {
            statement.setString(1, name);
            try (ResultSet result = statement.executeQuery()) {
                return result.next() ? String.valueOf(result.getString(1)) : "";
            }
        }
    }

    private void add(Severity severity, String setting, String what, String allowed, String why) {
        found.add(new Weakness(severity, connector.name(), setting, what, allowed, why));
    }
}
