package io.storeveil.keys;

import java.util.List;

/**
 * Names one owner: the row of a table whose key other rows (or it itself) are encrypted under.
 *
 * @param kind the owner's table, {@code schema.name}
 * @param key  its key's values: {@link Long} for every integer type, otherwise the text of the value
 */
public record OwnerId(String kind, List<Object> key) {

    public OwnerId {
        key = List.copyOf(key);
    }

    /** Without the key's values, which are personal. */
    @Override
    public String toString() {
        return "OwnerId[" + kind + "]";
    }
}
