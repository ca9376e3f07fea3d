package io.storeveil.retention.check;

import io.storeveil.policy.Column;
import io.storeveil.policy.Policy;
import io.storeveil.policy.Table;
import io.storeveil.protect.FieldType.Kind;
import io.storeveil.retention.catalog.Catalog;
import io.storeveil.retention.catalog.CatalogColumn;
import java.util.LinkedHashMap;
import java.util.Map;

/** Are columns of one domain alike enough for equal values to give equal ciphertexts? Their type is encrypted too. */
final class OneDomain {
    private final Policy policy;
    private final Catalog catalog;
    private final Findings findings;
    private final Map<String, First> firsts = new LinkedHashMap<>();

    /** The domain's first column. */
    private record First(String where, String type, Kind kind) {}

    OneDomain(Policy policy, Catalog catalog, Findings findings) {
        this.policy = policy;
        this.catalog = catalog;
        this.findings = findings;
    }

    void find() {
        PolicyCheck.eachKnown(policy, catalog, (table, found) -> table.columns().values().stream()
                .filter(column -> column.inStream().guarantee().domainKeyed()
                        && column.inStream().guarantee().reversible())
                .forEach(column -> found.column(column.name()).ifPresent(type -> compare(table, column, type))));
    }

    private void compare(Table table, Column column, CatalogColumn type) {
        String where = table.name() + "." + column.name();
        Kind kind = FieldTypes.of(type).kind();
        First first = firsts.computeIfAbsent(column.domain(), domain -> new First(where, type.type(), kind));
        if (first.kind != kind) {
            findings.error(
                    table.name(),
                    column.name(),
                    "'" + column.inStream() + "' of a " + type.type() + " here and of a " + first.type + " at "
                            + first.where + " are different values, though of one domain: they do not join",
                    "give both one type, use pseudonymise, or give this column a domain: of its own");
        }
    }
}
