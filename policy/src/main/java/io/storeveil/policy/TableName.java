package io.storeveil.policy;

import java.util.List;

/**
 * A table's schema and name exactly as the database's catalog spells them: {@code public.orders}, or
 * {@code "Sales"."Order Line"} for names that need quotes.
 */
public record TableName(String schema, String name) implements Comparable<TableName> {

    /**
     * Reads {@code orders} (of the schema {@code public}), {@code shop.orders} or {@code "Sales"."Order Line"}.
     *
     * @throws IllegalArgumentException saying what is wrong and what is allowed
     */
    public static TableName of(String text) {
        List<String> parts = DottedName.parts(text);
        return switch (parts.size()) {
            case 1 -> new TableName("public", parts.get(0));
            case 2 -> new TableName(parts.get(0), parts.get(1));
            default ->
                throw new IllegalArgumentException(
                        Words.quote(text) + " has " + parts.size() + " parts; allowed: schema.table");
        };
    }

    @Override
    public int compareTo(TableName other) {
        int bySchema = schema.compareTo(other.schema);
        return bySchema != 0 ? bySchema : name.compareTo(other.name);
    }

    /** {@code schema.name}, unquoted: for messages, topics and key derivation, not for SQL. */
    @Override
    public String toString() {
        return schema + "." + name;
    }
}
