package io.storeveil.retention.check;

import io.storeveil.policy.Policy;
import io.storeveil.policy.Table;
import io.storeveil.policy.TableName;
import io.storeveil.retention.catalog.Catalog;
import io.storeveil.retention.catalog.CatalogTable;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.function.BiConsumer;

/** Compares a policy with the database it is for. It reads, and changes nothing. */
public final class PolicyCheck {
    private PolicyCheck() {}

    /**
     * Of a connector it assumes nothing: a protection is refused where no setting of it could work.
     *
     * @param connection to the store; any open transaction on it is rolled back
     * @return errors first; empty if nothing is worth saying
     */
    public static List<Finding> check(Policy policy, Connection connection) throws SQLException {
        return check(policy, Catalog.read(connection), connection);
    }

    public static List<Finding> check(Policy policy, Catalog catalog, Connection connection) throws SQLException {
        return check(policy, catalog, connection, CaptureModes.all());
    }

    /** @param modes how the connector of this store is set; what it cannot carry is an error */
    static List<Finding> check(Policy policy, Connection connection, CaptureModes modes) throws SQLException {
        return check(policy, Catalog.read(connection), connection, List.of(modes));
    }

    private static List<Finding> check(
            Policy policy, Catalog catalog, Connection connection, List<CaptureModes> possible) throws SQLException {
        Findings findings = new Findings();
        new Accounting(policy, catalog, findings).find();
        new Keys(policy, catalog, findings).find();
        new InTheStream(policy, catalog, findings, possible).find();
        new RowNames(policy, catalog, findings, possible).find();
        new OneDomain(policy, catalog, findings, possible).find();
        new Indexes(policy, catalog, findings).find();
        try (Probe probe = new Probe(connection)) {
            new AtRestValues(policy, catalog, findings, probe).find();
            new Sweeping(policy, catalog, findings, probe).find();
            new MeantValues(policy, catalog, findings, probe).find();
        }
        return findings.sorted();
    }

    /** True if the sweep may change rows of this table: they are a person's, or have a purpose that can end. */
    static boolean swept(Policy policy, Table table) {
        return table.captured()
                && (policy.subjectOf(table.name()).isPresent()
                        || !table.owners().isEmpty()
                        || table.shared()
                        || !table.purposes().isEmpty()
                        || table.columns().values().stream()
                                .anyMatch(column -> !column.purposes().isEmpty()));
    }

    static boolean swept(Policy policy, TableName table) {
        return policy.table(table).map(found -> swept(policy, found)).orElse(false);
    }

    /** Every captured table that both sides know. */
    static void eachKnown(Policy policy, Catalog catalog, BiConsumer<Table, CatalogTable> visitor) {
        policy.tables().values().forEach(table -> catalog.table(table.name())
                .filter(found -> table.captured())
                .ifPresent(found -> visitor.accept(table, found)));
    }
}
