package io.storeveil.retention.check;

import io.storeveil.policy.Column;
import io.storeveil.policy.Policy;
import io.storeveil.policy.Purpose;
import io.storeveil.policy.Table;
import io.storeveil.retention.catalog.Catalog;
import io.storeveil.retention.catalog.CatalogColumn;
import io.storeveil.retention.catalog.CatalogTable;
import io.storeveil.retention.catalog.Partition;
import io.storeveil.retention.catalog.Publication;
import io.storeveil.retention.catalog.ReplicaIdentity;
import java.util.ArrayList;
import java.util.List;

/** Does logical replication carry what Protect needs, and can each protection take its column's type? */
final class InTheStream {
    private final Policy policy;
    private final Catalog catalog;
    private final Findings findings;
    private final StreamTypes types;

    InTheStream(Policy policy, Catalog catalog, Findings findings, List<CaptureModes> possible) {
        this.policy = policy;
        this.catalog = catalog;
        this.findings = findings;
        this.types = new StreamTypes(policy, findings, possible);
    }

    void find() {
        PolicyCheck.eachKnown(policy, catalog, (table, found) -> {
            replicaIdentity(found);
            partitions(found);
            toast(table, found);
            for (Column column : table.columns().values()) {
                found.column(column.name()).ifPresent(type -> bind(table, column, type));
                column.parts().forEach(part -> legalObligation(table, part));
            }
        });
    }

    private void replicaIdentity(CatalogTable table) {
        List<Publication> publications = catalog.publicationsOf(table.name());
        String full = "ALTER TABLE " + Sql.name(table.name()) + " REPLICA IDENTITY FULL, or add a primary key";
        if (!table.logged()) {
            findings.warning(
                    table.name(),
                    "an unlogged table: logical replication never carries it",
                    "ALTER TABLE " + Sql.name(table.name()) + " SET LOGGED, or captured: false");
        } else if (table.identityColumns().isEmpty()) {
            boolean refused = publications.stream().anyMatch(p -> p.publishesUpdates() || p.publishesDeletes());
            String what = "no primary key and no replica identity: once published, PostgreSQL refuses its updates and"
                    + " deletes";
            if (refused) {
                findings.error(table.name(), what + "; it is in publication " + names(publications), full);
            } else {
                findings.warning(table.name(), what, full);
            }
        } else if (table.primaryKey().isEmpty()) {
            findings.warning(
                    table.name(),
                    "no primary key: its records have no key, and a sink cannot upsert or delete by one",
                    "set message.key.columns on the source connector");
        }
        if (!publications.isEmpty()) {
            table.partitions().stream()
                    .filter(Partition::leaf)
                    .filter(leaf -> leaf.replicaIdentity() == ReplicaIdentity.NOTHING)
                    .forEach(leaf -> findings.error(
                            table.name(),
                            "partition " + leaf.name() + " has REPLICA IDENTITY NOTHING",
                            "ALTER TABLE " + Sql.name(leaf.name()) + " REPLICA IDENTITY DEFAULT"));
        }
    }

    private void partitions(CatalogTable table) {
        if (!table.partitioned()) {
            return;
        }
        for (Publication publication : catalog.publicationsOf(table.name())) {
            if (!publication.viaPartitionRoot()) {
                findings.error(
                        table.name(),
                        "publication " + publication.name()
                                + " streams each partition under its own name, which the policy does not know",
                        "ALTER PUBLICATION " + Sql.name(publication.name())
                                + " SET (publish_via_partition_root = true)");
            }
        }
    }

    private void toast(Table table, CatalogTable found) {
        if (!found.mayToast() || found.replicaIdentity() == ReplicaIdentity.FULL) {
            return;
        }
        List<String> columns = new ArrayList<>();
        for (Column column : table.columns().values()) {
            if (changes(column)
                    && found.column(column.name()).map(CatalogColumn::mayToast).orElse(false)) {
                columns.add(column.name());
            }
        }
        if (!columns.isEmpty()) {
            findings.warning(
                    found.name(),
                    "an update that leaves a long value of " + String.join(", ", columns)
                            + " unchanged carries a placeholder instead of it",
                    "ALTER TABLE " + Sql.name(found.name()) + " REPLICA IDENTITY FULL, or use Debezium's reselection");
        }
    }

    private static boolean changes(Column column) {
        return column.parts().stream()
                .map(part -> part.inStream().name())
                .anyMatch(protection -> !protection.equals("none") && !protection.equals("drop"));
    }

    private void bind(Table table, Column column, CatalogColumn type) {
        if (!column.inside().isEmpty()) {
            if (!FieldTypes.hasInside(type)) {
                findings.error(
                        table.name(),
                        column.name(),
                        "'json:' says what is inside, and a column of type " + type.type() + " has no inside",
                        "give it a category; json, jsonb, text, varchar, hstore and arrays can have paths");
            }
            return;
        }
        types.find(table, column, type);
    }

    private void legalObligation(Table table, Column column) {
        if (!column.inStream().guarantee().ownerKeyed()) {
            return;
        }
        column.purposes().stream()
                .map(name -> policy.purposes().get(name))
                .filter(purpose -> purpose != null && purpose.basis() == Purpose.Basis.LEGAL_OBLIGATION)
                .findFirst()
                .ifPresent(purpose -> findings.warning(
                        table.name(),
                        column.name(),
                        "kept in the store for " + purpose.name() + " (" + purpose.reference()
                                + "), but the warehouse's encrypted copy becomes unreadable with the person's key",
                        "answer an audit from the store, or use another protection in the stream"));
    }

    private static String names(List<Publication> publications) {
        return String.join(", ", publications.stream().map(Publication::name).toList());
    }
}
