package io.storeveil.retention.ownership;

import io.storeveil.policy.TableName;
import io.storeveil.retention.catalog.ForeignKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Columns of one table that name a row of another: a foreign key, or what the policy says is one.
 *
 * @param on     {@code from}'s column to {@code to}'s
 * @param asText both sides are compared as text, because their types differ
 */
public record Reference(TableName from, TableName to, Map<String, String> on, boolean asText) {

    static Reference of(ForeignKey key) {
        return new Reference(key.table(), key.references(), key.pairs(), false);
    }

    /** True where the row {@code child} names the row {@code parent}. */
    public String joins(String child, String parent) {
        List<String> conditions = new ArrayList<>();
        String cast = asText ? "::text" : "";
        on.forEach(
                (column, named) -> conditions.add(Sql.of(child, column) + cast + " = " + Sql.of(parent, named) + cast));
        return Sql.all(conditions);
    }
}
