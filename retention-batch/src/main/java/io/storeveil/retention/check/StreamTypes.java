package io.storeveil.retention.check;

import io.storeveil.policy.Column;
import io.storeveil.policy.Policy;
import io.storeveil.policy.Table;
import io.storeveil.protect.CannotProtect;
import io.storeveil.protect.FieldContext;
import io.storeveil.protect.FieldProtection;
import io.storeveil.retention.catalog.CatalogColumn;
import io.storeveil.retention.check.FieldTypes.Arrival;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Can each protection take what its column arrives as, and the warehouse what comes out? */
final class StreamTypes {
    private final Policy policy;
    private final Findings findings;
    private final List<CaptureModes> possible;

    /** @param possible the connector's modes, or all that it could have */
    StreamTypes(Policy policy, Findings findings, List<CaptureModes> possible) {
        this.policy = policy;
        this.findings = findings;
        this.possible = possible;
    }

    /** Says nothing of a column that at least one possible connector can carry. */
    void find(Table table, Column column, CatalogColumn type) {
        for (CaptureModes modes : possible) {
            if (fits(table, column, type, modes, null)) {
                return;
            }
        }
        fits(table, column, type, possible.get(0), findings);
    }

    private boolean fits(Table table, Column column, CatalogColumn type, CaptureModes modes, @Nullable Findings tell) {
        Arrival arrival = FieldTypes.of(type, modes);
        if (arrival.type() == null) {
            boolean meant = column.inStream().name().equals("drop");
            if (!meant && tell != null) {
                notCaptured(table, column, type, arrival, tell);
            }
            return meant;
        }
        FieldContext context =
                new FieldContext(policy.store(), table.name().toString(), column.name(), column.domain());
        try {
            FieldProtection bound = column.inStream().bind(arrival.type(), context);
            boolean stored = SinkLimits.stores(type, modes, column.inStream(), bound, arrival.type());
            if (!stored && tell != null) {
                tell.warning(
                        table.name(),
                        column.name(),
                        "Debezium's JDBC sink cannot store a column of type " + type.type() + " under '"
                                + column.inStream() + "'",
                        "encrypt or drop it, or set the connector otherwise (types.md of the plugin)");
            }
            return stored;
        } catch (CannotProtect e) {
            if (tell != null) {
                refused(table, column, type, arrival, modes, String.valueOf(e.getMessage()), tell);
            }
            return false;
        }
    }

    private static void notCaptured(
            Table table, Column column, CatalogColumn type, Arrival arrival, Findings findings) {
        findings.warning(
                table.name(),
                column.name(),
                "Debezium leaves a column of type " + type.type() + " out: nothing of it arrives",
                arrival.because() == null ? "drop it" : arrival.because().key + "=true on the connector, or drop it");
    }

    private void refused(
            Table table,
            Column column,
            CatalogColumn type,
            Arrival arrival,
            CaptureModes modes,
            String why,
            Findings findings) {
        CaptureSetting setting = arrival.because();
        findings.error(
                table.name(),
                column.name(),
                "'" + column.inStream().name() + "' cannot take a column of type " + type.type()
                        + (setting == null || possible.size() > 1
                                ? ""
                                : " where " + setting.key + "=" + modes.of(setting)),
                why);
    }
}
