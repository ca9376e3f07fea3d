package io.storeveil.policy;

/**
 * A table's schema and name exactly as the database's catalog spells them: {@code public.orders}, or
 * {@code "Sales"."Order Line"} for names that need quotes.
 */
public record TableName(String schema, String name) implements Comparable<TableName> {

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
