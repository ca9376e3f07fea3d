package io.storeveil.retention.draft;

import io.storeveil.policy.TableName;
import io.storeveil.retention.catalog.Catalog;
import io.storeveil.retention.catalog.CatalogColumn;
import io.storeveil.retention.catalog.CatalogTable;
import io.storeveil.retention.catalog.ForeignKey;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Writes a first policy from what a database says of its tables; no row is read. It loads, and names every table, column
 * and foreign key. What a person must decide is marked {@code # review:}.
 */
public final class PolicyDraft {
    private static final Set<String> PERSONAL = Set.of("identity", "contact", "birth", "secret", "content");

    private final Catalog catalog;
    private final Names names = Names.load();
    private final Ownership ownership;
    private final ColumnGuess.Guesser guesser;
    private final StringBuilder out = new StringBuilder();

    private PolicyDraft(Catalog catalog) {
        this.catalog = catalog;
        ownership = new Ownership(catalog, names);
        guesser = new ColumnGuess.Guesser(catalog, names, ownership);
    }

    /** The policy as YAML; the same database gives the same text. */
    public static String of(Catalog catalog, String store, ZoneId timeZone) {
        PolicyDraft draft = new PolicyDraft(catalog);
        draft.head(store, timeZone);
        draft.purposes();
        draft.subjects();
        draft.tables();
        draft.line("");
        draft.line("undeclared-columns: drop");
        return draft.out.toString();
    }

    private void head(String store, ZoneId timeZone) {
        line(
                "# Drafted from the database's tables, names and foreign keys. Each \"review:\" is a question to a person.");
        line("policy: storeveil/v1");
        line("store: " + YamlText.scalar(store));
        line("# review: who decides why and how these data are processed");
        line("controller: { name: Unnamed controller, contact: privacy@example.invalid }");
        line("# review: the zone whose calendar days count");
        line("time-zone: " + YamlText.scalar(timeZone.getId()).replace("\"", ""));
        line("");
        line("categories:             # in the stream, and at rest once no purpose is left");
        line("  identity: [encrypt, redact]");
        line("  contact: [encrypt, redact]");
        line("  birth: [{ generalise: year }, \"null\"]");
        line("  content: [encrypt, redact]");
        line("  secret: [drop, \"null\"]");
        line("  key: [pseudonymise, keep]");
        line("  plain: [none, keep]");
    }

    private void purposes() {
        line("");
        line(
                "# review: purposes, grounds and periods are placeholders; the periods are long, so that nothing expires by"
                        + " mistake");
        line("purposes:");
        line("  contract: { basis: contract, keep: P10Y }");
        if (ownership.subjects().stream().anyMatch(ownership::employed)) {
            line("  employment: { basis: contract, keep: P10Y }");
        }
        if (catalog.tables().keySet().stream().anyMatch(this::books)) {
            line("  books: { basis: legal-obligation, reference: \"to be named\", keep: P10Y, from:"
                    + " end-of-calendar-year }");
        }
    }

    private void subjects() {
        if (ownership.subjects().isEmpty()) {
            line("");
            line("# review: no table of persons was found; name them under subjects:");
            return;
        }
        line("");
        line("subjects:");
        Set<String> taken = new LinkedHashSet<>();
        for (TableName subject : ownership.subjects()) {
            String name = subject.name()
                    .toLowerCase(Locale.ROOT)
                    .replaceAll("[^a-z0-9]+", "-")
                    .replaceAll("^[^a-z]+|-$", "");
            name = names.singular(name);
            if (name.isEmpty() || !taken.add(name)) {
                name = (name.isEmpty() ? "person" : name) + "-" + (taken.size() + 1);
                taken.add(name);
            }
            subject(name, subject);
        }
    }

    private void subject(String name, TableName subject) {
        CatalogTable table = catalog.tables().get(subject);
        if (table == null) {
            return;
        }
        line("  " + name + ":");
        line("    table: " + YamlText.table(subject));
        line("    key: " + YamlText.list(table.primaryKey()));
        Map<String, String> identifiers = new LinkedHashMap<>();
        for (CatalogColumn column : table.columns()) {
            List<String> words = Names.words(column.name());
            boolean text = column.category() == 'S' && !table.primaryKey().contains(column.name());
            if (text && (words.contains("email") || words.contains("mail") || words.contains("courriel"))) {
                identifiers.putIfAbsent("email", column.name());
            } else if (text && (words.contains("phone") || words.contains("telefon"))) {
                identifiers.putIfAbsent("phone", column.name());
            }
        }
        if (identifiers.containsKey("email")) {
            // Families and offices share a phone.
            identifiers.remove("phone");
        }
        if (!identifiers.isEmpty()) {
            line("    identifiers: " + YamlText.map(identifiers));
        }
        ownership.created(subject).ifPresent(column -> line("    created: " + YamlText.scalar(column)));
        List<String> clocks = new ArrayList<>();
        ownership.clocks(subject).forEach(column -> clocks.add(YamlText.columnName(subject, column)));
        for (TableName child : catalog.tables().keySet()) {
            boolean direct = ownership
                    .owner(child)
                    .map(key -> key.references().equals(subject))
                    .orElse(false);
            if (direct) {
                ownership.clocks(child).stream()
                        .findFirst()
                        .ifPresent(column -> clocks.add(YamlText.columnName(child, column)));
            }
        }
        line("    # review: "
                + (ownership.employed(subject) && clocks.isEmpty()
                        ? "nothing says when somebody left"
                        : "periods run from the latest of these"));
        line("    clock: " + (clocks.isEmpty() ? "none" : YamlText.list(clocks)));
    }

    private void tables() {
        line("");
        line("tables:");
        catalog.tables().values().stream().filter(t -> !t.columns().isEmpty()).forEach(this::table);
    }

    private void table(CatalogTable table) {
        TableName name = table.name();
        line("  " + YamlText.table(name) + ":");
        if (!table.primaryKey().isEmpty()) {
            line("    key: " + YamlText.list(table.primaryKey()));
        }
        ownership.owner(name).ifPresent(key -> {
            for (ForeignKey rival : ownership.rivals(name)) {
                line("    "
                        + YamlText.comment("review: the owner might also be " + rival.references() + ", by "
                                + String.join(", ", rival.columns())));
            }
            line("    owner: { to: " + YamlText.table(key.references()) + ", on: " + YamlText.map(key.pairs()) + " }");
        });
        boolean loose = ownership.loose(table);
        if (ownership.shared(name)) {
            line("    # review: rows that several persons may refer to; they go with the last of these");
            line("    shared: true");
        }
        if (loose) {
            line("    # review: columns that may name persons, but rows that belong to none: another kind of subject?");
            line("    purposes: [contract]");
            line("    clock: none");
        }
        boolean books = books(name);
        if (ownership.personal(name)) {
            line("    purposes: [" + purpose(name) + (books ? ", books]" : "]"));
        }
        List<String> clocks = ownership.clocks(name);
        if (ownership.owner(name).isPresent() && !clocks.isEmpty()) {
            line("    clock: "
                    + YamlText.list(clocks.stream()
                            .map(column -> YamlText.columnName(name, column))
                            .toList()));
        }
        line("    columns:");
        for (CatalogColumn column : table.columns()) {
            column(name, column, guesser.guess(table, column), books);
        }
    }

    private String purpose(TableName table) {
        return ownership.employed(table) ? "employment" : "contract";
    }

    private void column(TableName table, CatalogColumn column, ColumnGuess guess, boolean books) {
        List<String> more = new ArrayList<>();
        if (books && PERSONAL.contains(guess.category())) {
            more.add("for: [" + purpose(table) + "]");
        }
        if (guess.atRest() != null) {
            more.add("at-rest: " + guess.atRest());
        }
        ColumnGuess.Reference reference = guess.references();
        if (reference != null) {
            more.add("references: " + YamlText.column(reference.table(), reference.column()));
        }
        String value =
                more.isEmpty() ? guess.category() : "{ is: " + guess.category() + ", " + String.join(", ", more) + " }";
        String review = guess.review();
        line("      " + YamlText.scalar(column.name()) + ": " + value
                + (review == null ? "" : " " + YamlText.comment("review: " + review)));
    }

    /** What bookkeeping needs, and what hangs on it: an order's lines. */
    private boolean books(TableName table) {
        return ownership.personal(table)
                && !ownership.subjects().contains(table)
                && (names.fits("books", table.name())
                        || ownership
                                .owner(table)
                                .map(key -> books(key.references()))
                                .orElse(false));
    }

    private void line(String line) {
        out.append(line).append('\n');
    }
}
