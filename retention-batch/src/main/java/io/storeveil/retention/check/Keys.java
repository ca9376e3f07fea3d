package io.storeveil.retention.check;

import io.storeveil.policy.Column;
import io.storeveil.policy.Owner;
import io.storeveil.policy.OwnerKeySource;
import io.storeveil.policy.Policy;
import io.storeveil.policy.SubjectKind;
import io.storeveil.policy.Table;
import io.storeveil.policy.TableName;
import io.storeveil.protect.Guarantee;
import io.storeveil.retention.catalog.Catalog;
import io.storeveil.retention.catalog.CatalogTable;
import io.storeveil.retention.catalog.ForeignKey;
import io.storeveil.retention.catalog.Index;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Do rows keep their names and their links under protection, and is there a key for every encrypted column? */
final class Keys {
    /** What stream and sweep write alike. By any other type the sweep would shred a key that nothing is under. */
    private static final Set<String> NAMING =
            Set.of("int2", "int4", "int8", "numeric", "text", "varchar", "uuid", "date");

    private final Policy policy;
    private final Catalog catalog;
    private final Findings findings;

    Keys(Policy policy, Catalog catalog, Findings findings) {
        this.policy = policy;
        this.catalog = catalog;
        this.findings = findings;
    }

    void find() {
        PolicyCheck.eachKnown(policy, catalog, (table, found) -> {
            declaredKey(table, found);
            keyColumns(table, found);
            ownerKeys(table, found);
        });
        policy.subjects().values().forEach(this::subjectKey);
        catalog.foreignKeys().forEach(this::joins);
    }

    private void declaredKey(Table table, CatalogTable found) {
        if (same(table.key(), found.primaryKey())) {
            return;
        }
        String primary = "key: [" + String.join(", ", found.primaryKey()) + "]";
        if (table.key().isEmpty()) {
            findings.error(table.name(), "the policy gives no key, the table has a primary key", primary);
        } else if (!names(found, table.key())) {
            findings.error(
                    table.name(),
                    "key [" + String.join(", ", table.key()) + "] does not name one row: no primary key or unique"
                            + " index over columns that are NOT NULL",
                    found.primaryKey().isEmpty() ? "add a primary key, or say key: none" : primary);
        } else if (!found.primaryKey().isEmpty()) {
            findings.warning(
                    table.name(), "the key of the policy is not the primary key, which Debezium uses", primary);
        }
    }

    private void subjectKey(SubjectKind kind) {
        catalog.table(kind.table())
                .filter(found -> !names(found, kind.key()))
                .ifPresent(found -> findings.error(
                        kind.table(),
                        "the key of subject " + kind.name() + " does not name one row",
                        found.primaryKey().isEmpty()
                                ? "add a primary key or a unique index over columns that are NOT NULL"
                                : "key: [" + String.join(", ", found.primaryKey()) + "]"));
    }

    /** A primary key, or a whole unique index over columns that cannot be null, made of these columns. */
    private static boolean names(CatalogTable table, List<String> key) {
        if (same(key, table.primaryKey())) {
            return true;
        }
        return key.stream()
                        .allMatch(c ->
                                table.column(c).map(found -> !found.nullable()).orElse(false))
                && table.indexes().stream()
                        .anyMatch(index -> index.unique()
                                && index.usable()
                                && index.complete()
                                && index.predicate() == null
                                && same(index.columns(), key));
    }

    private void keyColumns(Table table, CatalogTable found) {
        Set<String> keys = new LinkedHashSet<>(table.key());
        keys.addAll(found.primaryKey());
        found.indexes().stream().filter(Index::replicaIdentity).forEach(index -> keys.addAll(index.columns()));
        Set<String> links = new LinkedHashSet<>();
        found.foreignKeys().forEach(key -> links.addAll(key.columns()));
        catalog.foreignKeysInto(table.name()).forEach(key -> links.addAll(key.referencedColumns()));
        for (Column column : table.columns().values()) {
            boolean key = keys.contains(column.name());
            Guarantee guarantee = column.inStream().guarantee();
            if (guarantee.ownerKeyed() && (key || links.contains(column.name()))) {
                findings.error(
                        table.name(),
                        column.name(),
                        "'" + column.inStream().name() + "' is under the owner's key, and this is a "
                                + (key ? "key" : "foreign key or its target")
                                + ": the same row would get another name each time",
                        "use pseudonymise, tokenise, encrypt-deterministic, or none");
            } else if (key && !column.inStream().name().equals("none") && !guarantee.joinable()) {
                findings.error(
                        table.name(),
                        column.name(),
                        "'" + column.inStream().name() + "' on a key gives different rows the same name",
                        "use pseudonymise, tokenise, encrypt-deterministic, or none");
            }
        }
    }

    private void ownerKeys(Table table, CatalogTable found) {
        List<String> encrypted = table.columns().values().stream()
                .filter(Column::ownerKeyed)
                .map(Column::name)
                .toList();
        if (encrypted.isEmpty()) {
            return;
        }
        List<OwnerKeySource> sources = policy.ownerKeySources(table);
        if (sources.isEmpty()) {
            encrypted.forEach(column -> findings.error(
                    table.name(),
                    column,
                    "'encrypt' needs an owner's key, and no row of this table names an owner",
                    "give the table an owner: or a key:, or use another protection"));
        } else if (sources.stream().noneMatch(source -> always(source, found))) {
            findings.warning(
                    table.name(),
                    "a row whose owner columns are null has no owner's key, and the stream stops at it when it must"
                            + " encrypt " + String.join(", ", encrypted),
                    "give the table a key:, or set the owner columns NOT NULL");
        }
        for (OwnerKeySource source : sources) {
            source.columns().forEach(column -> found.column(column)
                    .filter(c ->
                            !NAMING.contains(c.baseType()) && c.enumLabels().isEmpty())
                    .ifPresent(c -> findings.error(
                            table.name(),
                            column,
                            "a column of type " + c.type() + " cannot name the owner of encrypted columns",
                            "allowed are integer, numeric, text, varchar, uuid, date and enum columns")));
        }
        for (Owner owner : table.owners()) {
            List<String> ownersKey = keyOf(owner.to());
            if (!same(ownersKey, List.copyOf(owner.on().values()))) {
                findings.warning(
                        table.name(),
                        "the link to " + owner.to() + " is not by its key [" + String.join(", ", ownersKey)
                                + "]: rows encrypted under it are not shredded with their owner's own key",
                        "link by the key, or do not encrypt here");
            }
        }
    }

    private static boolean always(OwnerKeySource source, CatalogTable table) {
        return source.when().isEmpty()
                && source.columns().stream()
                        .allMatch(column ->
                                table.column(column).map(c -> !c.nullable()).orElse(false));
    }

    private List<String> keyOf(TableName table) {
        return policy.subjectOf(table)
                .map(SubjectKind::key)
                .or(() -> policy.table(table).map(Table::key))
                .orElse(List.of());
    }

    private void joins(ForeignKey key) {
        key.pairs().forEach((from, to) -> {
            Column column = column(key.table(), from);
            Column target = column(key.references(), to);
            if (column == null || target == null) {
                return;
            }
            boolean hidden = column.inStream().guarantee().domainKeyed();
            boolean targetHidden = target.inStream().guarantee().domainKeyed();
            boolean clear = column.inStream().name().equals("none");
            boolean targetClear = target.inStream().name().equals("none");
            if (hidden && targetHidden && !column.domain().equals(target.domain())) {
                findings.error(
                        key.table(),
                        from,
                        "its " + column.inStream().name() + " is of domain " + column.domain() + ", that of "
                                + key.references() + "." + to + " of " + target.domain() + ": they no longer join",
                        "references: " + key.references() + "." + to);
            } else if (hidden && targetHidden && !column.inStream().equals(target.inStream())) {
                findings.error(
                        key.table(),
                        from,
                        "'" + column.inStream() + "' here and '" + target.inStream() + "' on " + key.references() + "."
                                + to + ": they no longer join",
                        "protect both the same way");
            } else if ((hidden && targetClear) || (clear && targetHidden)) {
                findings.error(
                        key.table(),
                        from,
                        "'" + column.inStream().name() + "' here and '"
                                + target.inStream().name() + "' on " + key.references() + "." + to
                                + ": they no longer join, and the clear one tells what the other hides",
                        "protect both the same way");
            }
        });
    }

    private @Nullable Column column(TableName table, String column) {
        return policy.table(table)
                .filter(Table::captured)
                .map(found -> found.columns().get(column))
                .orElse(null);
    }

    private static boolean same(List<String> a, List<String> b) {
        return new HashSet<>(a).equals(new HashSet<>(b));
    }
}
