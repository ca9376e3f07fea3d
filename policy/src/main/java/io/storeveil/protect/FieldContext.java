package io.storeveil.protect;

/**
 * Where a field stands. Store, table and column are authenticated with every ciphertext: a value moved to another column
 * does not decrypt.
 *
 * @param table  {@code schema.name}
 * @param domain the pseudonym domain
 */
public record FieldContext(String store, String table, String column, String domain) {}
