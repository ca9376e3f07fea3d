package io.storeveil.retention.draft;

import io.storeveil.policy.TableName;
import io.storeveil.retention.catalog.Catalog;
import io.storeveil.retention.catalog.CatalogColumn;
import io.storeveil.retention.catalog.CatalogTable;
import io.storeveil.retention.catalog.ForeignKey;
import io.storeveil.retention.catalog.UniqueKey;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one column probably is.
 *
 * @param atRest  the at-rest value where the category's would break a constraint
 * @param references the column it repeats, where the owner link does not say so
 * @param review  what a person must decide; null where the guess is safe
 */
record ColumnGuess(String category, @Nullable String atRest, @Nullable Reference references, @Nullable String review) {
    record Reference(TableName table, String column) {}

    /** Guesses the columns of one database. */
    static final class Guesser {
        private static final List<String> IN_ANY_TABLE = List.of("secret", "birth", "contact", "identity");
        private static final List<String> IN_A_PERSONS_TABLE = List.of(
                "secret", "birth", "contact", "identity", "plain", "identity of a person", "contact of a person");
        private static final Set<String> MOMENTS = Set.of("date", "timestamp", "timestamptz");
        private static final int UNIQUE_ROOM = 29;

        private final Catalog catalog;
        private final Names names;
        private final Ownership ownership;

        Guesser(Catalog catalog, Names names, Ownership ownership) {
            this.catalog = catalog;
            this.names = names;
            this.ownership = ownership;
        }

        ColumnGuess guess(CatalogTable table, CatalogColumn column) {
            Optional<Reference> reference = reference(table, column.name());
            boolean ofOwner = ownership
                    .owner(table.name())
                    .map(key -> key.columns().contains(column.name()))
                    .orElse(false);
            if (reference.isPresent() || ofOwner) {
                return new ColumnGuess(
                        key(table.name(), column.name(), new HashSet<>()) ? "key" : "plain",
                        null,
                        ofOwner ? null : reference.orElse(null),
                        null);
            }
            if (key(table.name(), column.name(), new HashSet<>())) {
                boolean natural = !table.primaryKey().contains(column.name());
                return new ColumnGuess(
                        "key", null, null, natural ? "other tables refer to it: it stays at rest" : null);
            }
            if (table.primaryKey().contains(column.name()) || column.generated()) {
                return new ColumnGuess(
                        "plain",
                        null,
                        null,
                        column.generated() ? "made of other columns; drop it if those are personal" : null);
            }
            return fitted(table, column, category(table, column));
        }

        private record Word(String category, @Nullable String review) {}

        private Word category(CatalogTable table, CatalogColumn column) {
            boolean personal = ownership.personal(table.name()) || ownership.loose(table);
            Optional<String> word = names.first(personal ? IN_A_PERSONS_TABLE : IN_ANY_TABLE, column.name());
            boolean text = column.category() == 'S' && column.enumLabels().isEmpty();
            boolean opaque = Set.of("bytea", "json", "jsonb", "xml", "hstore").contains(column.baseType())
                    || column.category() == 'A';
            if (!column.enumLabels().isEmpty() || column.category() == 'B') {
                return new Word("plain", null);
            }
            if (!personal) {
                return new Word(
                        "plain", opaque || (text && names.fits("free text", column.name())) ? "free content" : null);
            }
            if (word.isPresent() && (text || opaque)) {
                String category = word.get().replace(" of a person", "");
                return new Word(category.equals("birth") ? "identity" : category, null);
            }
            if (word.isPresent() && word.get().equals("birth") && MOMENTS.contains(column.baseType())) {
                return new Word("birth", null);
            }
            if (word.isPresent() && !word.get().equals("birth") && column.category() == 'I') {
                return new Word("contact", null);
            }
            if (word.isPresent()
                    && Set.of("secret", "contact", "identity").contains(word.get())
                    && (column.category() == 'N' || column.category() == 'U')) {
                return new Word(word.get(), "personal by its name");
            }
            if (opaque || (text && !word.equals(Optional.of("plain")))) {
                return new Word("content", "free content: may name persons, also others");
            }
            return new Word("plain", null);
        }

        /** The same category, with an at-rest value that the column can take. */
        private ColumnGuess fitted(CatalogTable table, CatalogColumn column, Word word) {
            String atRest = null;
            String review = word.review();
            boolean toNull = word.category().equals("birth") || word.category().equals("secret");
            if (toNull && !column.takesNull()) {
                atRest = "redact";
            } else if (Set.of("identity", "contact", "content").contains(word.category())) {
                boolean unique = table.uniqueKeys().stream()
                        .map(UniqueKey::columns)
                        .anyMatch(columns -> columns.equals(List.of(column.name())));
                Integer length = column.length();
                boolean crowded = unique && (column.category() != 'S' || (length != null && length < UNIQUE_ROOM));
                boolean bare = Set.of("hstore", "macaddr", "macaddr8").contains(column.baseType())
                        || (column.category() != 'S'
                                && !Set.of("bytea", "json", "jsonb", "xml", "uuid", "inet", "cidr")
                                        .contains(column.baseType())
                                && column.category() != 'N'
                                && column.category() != 'A');
                if ((crowded || bare) && column.takesNull()) {
                    atRest = "\"null\"";
                } else if (crowded || bare) {
                    atRest = "keep";
                    review = "no at-rest value fits its type and constraints";
                }
            }
            return new ColumnGuess(word.category(), atRest, null, review);
        }

        /** The foreign key of this column that is not its row's owner link. */
        Optional<Reference> reference(CatalogTable table, String column) {
            return table.foreignKeys().stream()
                    .filter(key -> key.columns().contains(column))
                    .map(key -> {
                        String target = key.pairs().get(column);
                        return target == null ? null : new Reference(key.references(), target);
                    })
                    .filter(reference -> reference != null
                            && !(reference.table().equals(table.name())
                                    && reference.column().equals(column)))
                    .findFirst();
        }

        /** True if the column names a personal row, its own or another's: its clear value must not leave the store. */
        private boolean key(TableName table, String column, Set<Reference> seen) {
            CatalogTable found = catalog.tables().get(table);
            if (found == null || !seen.add(new Reference(table, column))) {
                return false;
            }
            ForeignKey owner = ownership.owner(table).orElse(null);
            String owners = owner == null ? null : owner.pairs().get(column);
            if (owner != null && owners != null) {
                return key(owner.references(), owners, seen);
            }
            Optional<Reference> reference = reference(found, column);
            if (reference.isPresent()) {
                return key(reference.get().table(), reference.get().column(), seen);
            }
            boolean target = catalog.foreignKeysInto(table).stream()
                    .anyMatch(key -> key.referencedColumns().contains(column));
            boolean ours = ownership.personal(table) || ownership.loose(found);
            boolean typed = found.column(column)
                    .map(type -> type.category() == 'S'
                            || type.category() == 'N'
                            || type.baseType().equals("uuid"))
                    .orElse(false);
            return ours && typed && (target || found.primaryKey().contains(column));
        }
    }
}
