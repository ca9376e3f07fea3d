package io.storeveil.connect;

import io.storeveil.connect.ProtectionStopped.Place;
import io.storeveil.policy.TableName;
import java.util.Set;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;
import org.jspecify.annotations.Nullable;

/** Debezium's {@code source}: where a change came from. */
final class SourceBlock {

    /** Everything else, such as MySQL's {@code query} with the whole statement in it, is taken out. */
    private static final Set<String> HARMLESS = Set.of(
            "version",
            "connector",
            "name",
            "ts_ms",
            "ts_us",
            "ts_ns",
            "snapshot",
            "db",
            "sequence",
            "schema",
            "table",
            "txId",
            "lsn",
            "xmin",
            "origin",
            "origin_lsn",
            "server_id",
            "gtid",
            "file",
            "pos",
            "row",
            "thread");

    private SourceBlock() {}

    static @Nullable TableName table(Struct source) {
        String table = text(source, "table");
        String schema = text(source, "schema");
        String database = schema == null ? text(source, "db") : schema;
        return table == null || database == null ? null : new TableName(database, table);
    }

    private static @Nullable String text(Struct source, String field) {
        return source.schema().field(field) != null && source.getWithoutDefault(field) instanceof String text
                ? text
                : null;
    }

    /** The same block without what is not known to be harmless. */
    static Struct harmless(Struct source, Place place) {
        Struct copy = null;
        for (Field field : source.schema().fields()) {
            if (HARMLESS.contains(field.name()) || source.getWithoutDefault(field.name()) == null) {
                continue;
            }
            if (!field.schema().isOptional()) {
                throw new ProtectionStopped(
                        place, "the source block's required field '" + field.name() + "' is not known to be harmless");
            }
            copy = copy == null ? copy(source) : copy;
            copy.put(field, null);
        }
        return copy == null ? source : copy;
    }

    private static Struct copy(Struct source) {
        Struct copy = new Struct(source.schema());
        source.schema().fields().forEach(field -> copy.put(field, source.getWithoutDefault(field.name())));
        return copy;
    }
}
