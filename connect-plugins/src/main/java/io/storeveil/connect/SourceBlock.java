package io.storeveil.connect;

import io.storeveil.connect.ProtectionStopped.Place;
import io.storeveil.connect.ProtectionStopped.Reason;
import io.storeveil.policy.TableName;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.jspecify.annotations.Nullable;

/** Debezium's {@code source}: where a change came from. */
final class SourceBlock {

    /** Everything else, such as MySQL's {@code query} with the whole statement in it, is taken out. */
    static final Set<String> HARMLESS = Set.of(
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

    /** @param source a struct or a map */
    static @Nullable TableName table(@Nullable Object source) {
        String table = text(source, "table");
        String schema = text(source, "schema");
        String database = schema == null ? text(source, "db") : schema;
        return table == null || database == null ? null : new TableName(database, table);
    }

    private static @Nullable String text(@Nullable Object source, String field) {
        Object value = null;
        if (source instanceof Struct struct) {
            value = struct.schema().field(field) == null ? null : struct.getWithoutDefault(field);
        } else if (source instanceof Map<?, ?> map) {
            value = map.get(field);
        }
        return value instanceof String text ? text : null;
    }

    /** The same block without what is not known to be harmless. */
    static Map<String, @Nullable Object> harmless(Map<?, ?> source) {
        Map<String, @Nullable Object> copy = new LinkedHashMap<>();
        source.forEach((name, value) -> {
            if (HARMLESS.contains(name) && !(value instanceof Map)) {
                copy.put((String) name, value);
            }
        });
        return copy;
    }

    /** The fields that are not known to be harmless. */
    static List<Field> suspects(Schema source) {
        return source.fields().stream()
                .filter(field -> !HARMLESS.contains(field.name()))
                .toList();
    }

    /** The same block with nothing in the {@code suspects}. */
    static Struct harmless(Struct source, List<Field> suspects, Place place) {
        Struct copy = null;
        for (Field field : suspects) {
            if (source.getWithoutDefault(field.name()) == null) {
                continue;
            }
            if (!field.schema().isOptional()) {
                throw new ProtectionStopped(Reason.SOURCE_FIELD, place, field.name());
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
