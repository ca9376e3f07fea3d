package io.storeveil.policy;

import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A policy file, loaded and checked: what must happen to every field and row of a store, and why.
 *
 * @param store  the store's name: part of the context that every ciphertext is bound to
 * @param sha256 lower-case hex SHA-256 of the file's bytes: its identity in connectors, runs and reports
 */
public record Policy(
        String store,
        Controller controller,
        ZoneId timeZone,
        @Nullable Review reviewed,
        Map<String, Category> categories,
        Map<String, Purpose> purposes,
        Map<String, SubjectKind> subjects,
        Map<TableName, Table> tables,
        UndeclaredColumns undeclaredColumns,
        String sha256) {

    public Optional<Table> table(TableName name) {
        return Optional.ofNullable(tables.get(name));
    }

    /** The kind of person whose own rows this table holds. */
    public Optional<SubjectKind> subjectOf(TableName table) {
        return subjects.values().stream()
                .filter(kind -> kind.table().equals(table))
                .findFirst();
    }

    /**
     * Whose key the encrypted columns of a row of this table are under, first match wins: a subject's own row is its
     * own; otherwise the owner named by a link on the row; a row whose links are all null is its own owner.
     */
    public List<OwnerKeySource> ownerKeySources(Table table) {
        return Ownership.of(this).keySources(table);
    }
}
