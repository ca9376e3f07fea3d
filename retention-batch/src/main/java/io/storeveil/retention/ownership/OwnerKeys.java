package io.storeveil.retention.ownership;

import io.storeveil.keys.KeyReference;
import io.storeveil.keys.KeyState;
import io.storeveil.keys.OwnerId;
import io.storeveil.policy.TableName;
import io.storeveil.retention.catalog.CatalogColumn;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The names under which the key state knows the rows of the store. */
public final class OwnerKeys {

    private static final Set<String> INTEGERS = Set.of("int2", "int4", "int8", "oid");

    private final Ownership ownership;
    private final KeyState state;
    private final Map<TableName, List<String>> types = new ConcurrentHashMap<>();

    public OwnerKeys(Ownership ownership, KeyState state) {
        this.ownership = ownership;
        this.state = state;
    }

    public KeyState state() {
        return state;
    }

    /** True for a column of a key whose values may be given as {@link Long}. */
    public static boolean integer(CatalogColumn column) {
        return INTEGERS.contains(column.baseType());
    }

    /** @param key the values of {@link Ownership#ownerKey}: as PostgreSQL writes them, or {@link Long} */
    public KeyReference reference(TableName table, List<?> key) {
        return state.reference(owner(table, key));
    }

    /** @param key the values of {@link Ownership#ownerKey}: as PostgreSQL writes them, or {@link Long} */
    public OwnerId owner(TableName table, List<?> key) {
        List<String> types = this.types.computeIfAbsent(table, this::types);
        List<Object> values = new ArrayList<>(types.size());
        for (int i = 0; i < types.size(); i++) {
            Object value = key.get(i);
            values.add(value instanceof String text ? value(types.get(i), text) : value);
        }
        return new OwnerId(table.toString(), values);
    }

    private List<String> types(TableName table) {
        return ownership.ownerKey(table).stream()
                .map(column -> ownership.column(table, column).baseType())
                .toList();
    }

    private static Object value(String type, String text) {
        if (INTEGERS.contains(type)) {
            return Long.valueOf(text);
        }
        if (type.equals("numeric")) {
            BigDecimal decimal = new BigDecimal(text);
            return decimal.signum() == 0 ? "0" : decimal.stripTrailingZeros().toPlainString();
        }
        return text;
    }
}
