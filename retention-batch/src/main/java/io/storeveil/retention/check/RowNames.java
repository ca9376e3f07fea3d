package io.storeveil.retention.check;

import io.storeveil.policy.Column;
import io.storeveil.policy.Policy;
import io.storeveil.policy.Table;
import io.storeveil.protect.FieldType;
import io.storeveil.protect.FieldType.Kind;
import io.storeveil.protect.StoredText;
import io.storeveil.retention.catalog.Catalog;
import io.storeveil.retention.catalog.CatalogColumn;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Will the sweep find an erased row in the stream again? It looks for the name that the row's key has there. */
final class RowNames {

    /** What a record writes as the store does. */
    private static final Set<Kind> CLEAR = Set.of(Kind.BOOLEAN, Kind.INTEGER, Kind.TEXT, Kind.UUID);

    private final Policy policy;
    private final Catalog catalog;
    private final Findings findings;
    private final List<CaptureModes> possible;

    /** @param possible the connector's modes, or all that it could have */
    RowNames(Policy policy, Catalog catalog, Findings findings, List<CaptureModes> possible) {
        this.policy = policy;
        this.catalog = catalog;
        this.findings = findings;
        this.possible = possible;
    }

    void find() {
        PolicyCheck.eachKnown(policy, catalog, (table, found) -> {
            if (!isSomebodys(table)) {
                return;
            }
            for (String key : table.key()) {
                Column column = table.columns().get(key);
                if (column != null) {
                    found.column(key).ifPresent(type -> find(table, column, type));
                }
            }
        });
    }

    private boolean isSomebodys(Table table) {
        return policy.subjectOf(table.name()).isPresent() || !table.owners().isEmpty() || table.shared();
    }

    private void find(Table table, Column column, CatalogColumn type) {
        boolean clear = column.inStream().name().equals("none");
        Optional<Kind> stored = type.enumLabels().isEmpty() ? StoredText.kind(type.baseType()) : Optional.of(Kind.TEXT);
        boolean alike = possible.stream().anyMatch(modes -> stored.equals(arrives(type, modes)));
        String what = "the sweep does not know what the stream calls a row by a key of type " + type.type()
                + ": an erasure request would wait for it in vain";
        if (clear && !(alike && stored.filter(CLEAR::contains).isPresent())) {
            findings.warning(table.name(), column.name(), what, "use pseudonymise, or a key of another type");
        } else if (!clear && !alike) {
            findings.error(
                    table.name(),
                    column.name(),
                    what,
                    stored.isPresent()
                            ? "leave decimal.handling.mode and binary.handling.mode of the connector as they are by"
                                    + " default"
                            : "allowed are boolean, integer, numeric, text, varchar, uuid, bytea, date, time and"
                                    + " timestamp columns, and enums");
        }
    }

    private static Optional<Kind> arrives(CatalogColumn type, CaptureModes modes) {
        return Optional.ofNullable(FieldTypes.of(type, modes).type()).map(FieldType::kind);
    }
}
