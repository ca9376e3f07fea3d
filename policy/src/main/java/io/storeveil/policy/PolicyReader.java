package io.storeveil.policy;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.MonthDay;
import java.time.Period;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** From a file whose form is right to a policy: looks names up, reads values, and leaves the rest to {@link Derivation}. */
final class PolicyReader {

    private static final Set<Purpose.Basis> MAY_BE_OPTED_OUT_OF =
            Set.of(Purpose.Basis.LEGITIMATE_INTERESTS, Purpose.Basis.PUBLIC_INTEREST);

    private final Problems problems;
    private final String sha256;

    PolicyReader(Problems problems, String sha256) {
        this.problems = problems;
        this.sha256 = sha256;
    }

    /** Empty if something is missing that has been reported. */
    Optional<Policy> read(Found<Yaml> root) {
        Declared declared = new Declared(problems, root);
        CategoryReader categoryReader = new CategoryReader(problems);
        Map<String, Category> categories = categoryReader.read(root);
        TableReader tableReader = new TableReader(problems, declared, categoryReader, categories);
        Map<String, Purpose> purposes = purposes(root);
        Map<TableName, TableDraft> tables = tableReader.read(root);
        Map<String, SubjectDraft> subjects = subjects(root, declared, tableReader);
        Optional<ZoneId> zone = Fields.text(root, "time-zone").flatMap(this::zone);
        Optional<Controller> controller = Fields.field(root, "controller").flatMap(PolicyReader::controller);
        @Nullable
        Review reviewed = Fields.field(root, "reviewed").flatMap(this::review).orElse(null);

        Derivation derivation = new Derivation(problems, tables, subjects, purposes);
        Map<TableName, Table> derived = derivation.tables();
        if (zone.isEmpty() || controller.isEmpty() || !problems.none()) {
            return Optional.empty();
        }
        Map<String, SubjectKind> kinds = new LinkedHashMap<>();
        subjects.forEach((name, draft) -> kinds.put(name, draft.kind()));
        return Optional.of(new Policy(
                Fields.text(root, "store").map(Found::value).orElse("store"),
                controller.get(),
                zone.get(),
                reviewed,
                categories,
                purposes,
                kinds,
                derived,
                Fields.text(root, "undeclared-columns")
                        .map(text -> constant(UndeclaredColumns.values(), text.value()))
                        .orElse(UndeclaredColumns.DROP),
                sha256));
    }

    private Optional<ZoneId> zone(Found<String> text) {
        if (!ZoneId.getAvailableZoneIds().contains(text.value())) {
            List<String> zones = ZoneId.getAvailableZoneIds().stream()
                    .filter(zone -> zone.contains("/"))
                    .toList();
            problems.add(
                    text,
                    "unknown time zone " + Words.quote(text.value()) + "; allowed: a zone such as Europe/Berlin or UTC"
                            + Words.didYouMean(text.value(), zones));
            return Optional.empty();
        }
        return Optional.of(ZoneId.of(text.value()));
    }

    private static Optional<Controller> controller(Found<Yaml> found) {
        Optional<Found<String>> name = Fields.text(found, "name");
        Optional<Found<String>> contact = Fields.text(found, "contact");
        if (name.isEmpty() || contact.isEmpty()) {
            return Optional.empty();
        }
        String officer =
                Fields.text(found, "data-protection-officer").map(Found::value).orElse(null);
        return Optional.of(new Controller(name.get().value(), contact.get().value(), officer));
    }

    private Optional<Review> review(Found<Yaml> found) {
        Optional<Found<String>> by = Fields.text(found, "by");
        Optional<LocalDate> on = Fields.text(found, "on").flatMap(this::date);
        Optional<Period> again = Fields.text(found, "again").map(text -> Period.parse(text.value()));
        if (by.isEmpty() || on.isEmpty() || again.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Review(by.get().value(), on.get(), again.get()));
    }

    private Optional<LocalDate> date(Found<String> text) {
        try {
            return Optional.of(LocalDate.parse(text.value()));
        } catch (DateTimeException e) {
            problems.add(
                    text, Words.quote(text.value()) + " is no day of the calendar; allowed: a date such as 2026-11-01");
            return Optional.empty();
        }
    }

    private Optional<MonthDay> fiscalYearEnds(Found<Yaml> root) {
        return Fields.text(root, "fiscal-year-ends").flatMap(text -> {
            try {
                return Optional.of(MonthDay.parse("--" + text.value()));
            } catch (DateTimeException e) {
                problems.add(text, Words.quote(text.value()) + " is no day of any year; allowed: a day such as 06-30");
                return Optional.empty();
            }
        });
    }

    private MonthDay yearEnds(Purpose.From from, Found<Yaml> purpose, Found<Yaml> root, Optional<MonthDay> fiscal) {
        if (from != Purpose.From.END_OF_FISCAL_YEAR) {
            return Purpose.CALENDAR_YEAR_ENDS;
        }
        if (Fields.entries(root).stream().noneMatch(field -> field.key().equals("fiscal-year-ends"))) {
            Fields.text(purpose, "from")
                    .ifPresent(text -> problems.add(
                            text,
                            "nothing says when the fiscal year ends; allowed: 'fiscal-year-ends: 06-30' at the top of the"
                                    + " policy, or 'from: end-of-calendar-year'"));
        }
        return fiscal.orElse(Purpose.CALENDAR_YEAR_ENDS);
    }

    private Map<String, Purpose> purposes(Found<Yaml> root) {
        Map<String, Purpose> purposes = new LinkedHashMap<>();
        Optional<MonthDay> fiscal = fiscalYearEnds(root);
        for (Yaml.Entry entry : Fields.entries(root, "purposes")) {
            Found<Yaml> found = new Found<>(entry.value(), entry.keyAt(), "purposes." + entry.key());
            Optional<Purpose.Basis> basis =
                    Fields.text(found, "basis").map(text -> constant(Purpose.Basis.values(), text.value()));
            Optional<Period> keep = Fields.text(found, "keep").map(text -> Period.parse(text.value()));
            @Nullable
            String reference = Fields.text(found, "reference").map(Found::value).orElse(null);
            if (basis.equals(Optional.of(Purpose.Basis.LEGAL_OBLIGATION))
                    && Fields.entries(found).stream()
                            .noneMatch(field -> field.key().equals("reference"))) {
                problems.add(
                        found,
                        "a legal obligation without 'reference:'; name the law that asks for it, such as \"AO s. 147\"");
            }
            Purpose.@Nullable OptOut optOut = Fields.text(found, "opt-out")
                    .map(text -> constant(Purpose.OptOut.values(), text.value()))
                    .orElse(null);
            if (optOut != null && basis.isPresent() && !MAY_BE_OPTED_OUT_OF.contains(basis.get())) {
                problems.add(
                        found,
                        "'opt-out:' with the basis " + Language.word(basis.get()) + ": "
                                + (basis.get() == Purpose.Basis.CONSENT
                                        ? "consent can be withdrawn anyway; leave it out"
                                        : "nobody can opt out of that; allowed with legitimate-interests, public-interest"));
            }
            if (basis.isPresent() && keep.isPresent()) {
                Purpose.From from = Fields.text(found, "from")
                        .map(text -> constant(Purpose.From.values(), text.value()))
                        .orElse(Purpose.From.EVENT);
                List<String> recipients = Fields.texts(found, "recipients").stream()
                        .map(Found::value)
                        .toList();
                MonthDay yearEnds = yearEnds(from, found, root, fiscal);
                purposes.put(
                        entry.key(),
                        new Purpose(
                                entry.key(), basis.get(), reference, optOut, keep.get(), from, yearEnds, recipients));
            }
        }
        return purposes;
    }

    private Map<String, SubjectDraft> subjects(Found<Yaml> root, Declared declared, TableReader tables) {
        Map<String, SubjectDraft> subjects = new LinkedHashMap<>();
        Map<TableName, String> byTable = new LinkedHashMap<>();
        for (Yaml.Entry entry : Fields.entries(root, "subjects")) {
            Found<Yaml> found = new Found<>(entry.value(), entry.keyAt(), "subjects." + entry.key());
            Optional<Found<TableName>> table = Fields.text(found, "table")
                    .flatMap(text -> declared.table(text).map(text::with));
            if (table.isEmpty()) {
                continue;
            }
            String other = byTable.putIfAbsent(table.get().value(), entry.key());
            if (other != null) {
                problems.add(
                        table.get(),
                        table.get().value() + " is the table of subjects." + other
                                + " already; each kind of person has its own table");
            }
            subjects.put(entry.key(), subject(found.with(entry.key()), found, table.get(), declared, tables));
        }
        return subjects;
    }

    private SubjectDraft subject(
            Found<String> name, Found<Yaml> found, Found<TableName> table, Declared declared, TableReader tables) {
        List<String> key = new ArrayList<>();
        for (Found<String> column : Fields.texts(found, "key")) {
            declared.column(table.value(), column).ifPresent(key::add);
        }
        Map<String, String> identifiers = new LinkedHashMap<>();
        for (Yaml.Entry entry : Fields.entries(found, "identifiers")) {
            if (entry.value() instanceof Yaml.Scalar scalar) {
                Found<String> column =
                        new Found<>(scalar.text(), scalar.at(), found.where() + ".identifiers." + entry.key());
                declared.column(table.value(), column).ifPresent(known -> identifiers.put(entry.key(), known));
            }
        }
        Map<TableName, Found<String>> open = new LinkedHashMap<>();
        for (Yaml.Entry entry : Fields.entries(found, "open")) {
            Found<String> on = new Found<>(entry.key(), entry.keyAt(), found.where() + ".open");
            if (entry.value() instanceof Yaml.Scalar scalar) {
                declared.table(on).ifPresent(known -> open.put(known, on.with(scalar.text())));
            }
        }
        return new SubjectDraft(
                name,
                table,
                key,
                identifiers,
                Fields.text(found, "created")
                        .flatMap(column -> declared.column(table.value(), column))
                        .orElse(null),
                tables.clock(table.value(), found),
                Fields.text(found, "clock").isPresent(),
                open,
                Fields.text(found, "inactive").isPresent());
    }

    private static <E extends Enum<E>> E constant(E[] constants, String word) {
        for (E constant : constants) {
            if (Language.word(constant).equals(word)) {
                return constant;
            }
        }
        throw new IllegalStateException("the language knows no word " + word);
    }
}
