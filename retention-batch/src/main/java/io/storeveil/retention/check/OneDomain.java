package io.storeveil.retention.check;

import io.storeveil.policy.Column;
import io.storeveil.policy.Policy;
import io.storeveil.policy.Table;
import io.storeveil.protect.FieldType;
import io.storeveil.protect.FieldType.Kind;
import io.storeveil.retention.catalog.Catalog;
import io.storeveil.retention.catalog.CatalogColumn;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Are columns of one domain alike enough for equal values to give equal ciphertexts? Their type is encrypted too. */
final class OneDomain {
    private final Policy policy;
    private final Catalog catalog;
    private final Findings findings;
    private final List<CaptureModes> possible;
    private final Map<String, First> firsts = new LinkedHashMap<>();

    /** The domain's first column. */
    private record First(String where, CatalogColumn type) {}

    OneDomain(Policy policy, Catalog catalog, Findings findings, List<CaptureModes> possible) {
        this.policy = policy;
        this.catalog = catalog;
        this.findings = findings;
        this.possible = possible;
    }

    void find() {
        PolicyCheck.eachKnown(policy, catalog, (table, found) -> table.columns().values().stream()
                .filter(column -> column.inStream().guarantee().domainKeyed()
                        && column.inStream().guarantee().reversible())
                .forEach(column -> found.column(column.name()).ifPresent(type -> compare(table, column, type))));
    }

    private void compare(Table table, Column column, CatalogColumn type) {
        String where = table.name() + "." + column.name();
        First first = firsts.computeIfAbsent(column.domain(), domain -> new First(where, type));
        if (possible.stream().noneMatch(modes -> kind(first.type, modes) == kind(type, modes))) {
            findings.error(
                    table.name(),
                    column.name(),
                    "'" + column.inStream() + "' of a " + type.type() + " here and of a " + first.type.type() + " at "
                            + first.where + " are different values, though of one domain: they do not join",
                    "give both one type, use pseudonymise, or give this column a domain: of its own");
        }
    }

    private static @Nullable Kind kind(CatalogColumn column, CaptureModes modes) {
        FieldType type = FieldTypes.of(column, modes).type();
        return type == null ? null : type.kind();
    }
}
