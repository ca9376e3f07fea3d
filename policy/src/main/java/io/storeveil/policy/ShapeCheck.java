package io.storeveil.policy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Holds a file against the shapes of the language: keys, kinds of values, words. What does not fit is reported and
 * replaced by {@link Yaml.Wrong}, so that what fits can still be looked at.
 */
final class ShapeCheck {

    /** Left out of the words for a place, which read {@code public.customer.email}. */
    private static final Set<String> SILENT = Set.of("tables", "columns", "json");

    private final Problems problems;

    ShapeCheck(Problems problems) {
        this.problems = problems;
    }

    Yaml check(Found<Yaml> found, Shape shape) {
        Yaml yaml = found.value();
        if (shape instanceof Shape.Either either) {
            return checkEither(found, either);
        }
        if (yaml instanceof Yaml.Wrong) {
            return yaml;
        }
        if (yaml instanceof Yaml.Entries entries && shape instanceof Shape.Fields fields) {
            return checkFields(found, entries, fields);
        }
        if (yaml instanceof Yaml.Entries entries && shape instanceof Shape.MapOf map) {
            return checkMap(found, entries, map);
        }
        if (yaml instanceof Yaml.Items items && shape instanceof Shape.ListOf list) {
            return checkList(found, items, list);
        }
        if (yaml instanceof Yaml.Items items
                && shape instanceof Shape.Pair pair
                && items.items().size() == 2) {
            Yaml first = check(item(found, items, 0), pair.first());
            return new Yaml.Items(List.of(first, check(item(found, items, 1), pair.second())), items.at());
        }
        if (yaml instanceof Yaml.Scalar scalar) {
            return checkScalar(found, scalar, shape);
        }
        return expected(found, shape);
    }

    private Yaml checkEither(Found<Yaml> found, Shape.Either either) {
        return either.shapes().stream()
                .filter(shape -> takes(shape, found.value()))
                .findFirst()
                .map(shape -> check(found, shape))
                .orElseGet(() -> found.value() instanceof Yaml.Wrong ? found.value() : expected(found, either));
    }

    private static boolean takes(Shape shape, Yaml yaml) {
        if (shape instanceof Shape.Fields || shape instanceof Shape.MapOf) {
            return yaml instanceof Yaml.Entries;
        }
        if (shape instanceof Shape.ListOf || shape instanceof Shape.Pair) {
            return yaml instanceof Yaml.Items;
        }
        return yaml instanceof Yaml.Scalar scalar && (scalar.kind() != Yaml.Kind.NULL || shape instanceof Shape.Word);
    }

    private Yaml expected(Found<Yaml> found, Shape shape) {
        problems.add(found, found.value().describe() + " stands here; allowed: " + shape.allowed());
        return new Yaml.Wrong(found.at());
    }

    private Yaml checkScalar(Found<Yaml> found, Yaml.Scalar scalar, Shape shape) {
        if (shape instanceof Shape.Text text) {
            if (scalar.kind() != Yaml.Kind.TEXT
                    && scalar.kind() != Yaml.Kind.NULL
                    && text.pattern().matcher(scalar.text()).matches()) {
                problems.add(found, scalar.describe() + " stands where a text should; put quotes around it");
                return new Yaml.Wrong(scalar.at());
            }
            return scalar.kind() == Yaml.Kind.TEXT
                            && text.pattern().matcher(scalar.text()).matches()
                    ? scalar
                    : expected(found, shape);
        }
        if (shape instanceof Shape.Word word) {
            return checkWord(found, scalar, word);
        }
        if ((shape instanceof Shape.YesNo && scalar.kind() == Yaml.Kind.YES_NO)
                || (shape instanceof Shape.Value && scalar.kind() != Yaml.Kind.NULL)) {
            return scalar;
        }
        return expected(found, shape);
    }

    private Yaml checkWord(Found<Yaml> found, Yaml.Scalar scalar, Shape.Word word) {
        if (scalar.kind() == Yaml.Kind.NULL && word.words().contains("null")) {
            return new Yaml.Scalar("null", Yaml.Kind.TEXT, scalar.at());
        }
        if (scalar.kind() == Yaml.Kind.NULL) {
            return expected(found, word);
        }
        if (!word.words().contains(scalar.text())) {
            problems.unknown(found, word.what(), scalar.text(), word.words());
            return new Yaml.Wrong(scalar.at());
        }
        return scalar;
    }

    private Yaml checkList(Found<Yaml> found, Yaml.Items items, Shape.ListOf list) {
        if (items.items().size() < list.least()) {
            return expected(found, list);
        }
        Set<String> seen = new HashSet<>();
        List<Yaml> checked = new ArrayList<>();
        for (int i = 0; i < items.items().size(); i++) {
            Found<Yaml> item = item(found, items, i);
            Yaml result = check(item, list.item());
            if (result instanceof Yaml.Scalar scalar && !seen.add(scalar.text())) {
                problems.add(item, Words.quote(scalar.text()) + " stands in this list twice; remove one");
            } else {
                checked.add(result);
            }
        }
        return new Yaml.Items(List.copyOf(checked), items.at());
    }

    private static Found<Yaml> item(Found<Yaml> list, Yaml.Items items, int i) {
        Yaml item = items.items().get(i);
        return new Found<>(item, item.at(), list.where() + "[" + (i + 1) + "]");
    }

    private Yaml checkMap(Found<Yaml> found, Yaml.Entries entries, Shape.MapOf map) {
        if (entries.entries().size() < map.least() || entries.entries().size() > map.most()) {
            return expected(found, map);
        }
        List<Yaml.Entry> checked = new ArrayList<>();
        for (Yaml.Entry entry : once(found, entries)) {
            String where = child(found.where(), entry.key());
            Yaml key = new Yaml.Scalar(entry.key(), Yaml.Kind.TEXT, entry.keyAt());
            boolean keyFits = check(new Found<>(key, entry.keyAt(), where), map.key()) instanceof Yaml.Scalar;
            Yaml value = check(new Found<>(entry.value(), entry.value().at(), where), map.value());
            if (keyFits) {
                checked.add(new Yaml.Entry(entry.key(), entry.keyAt(), value));
            }
        }
        return new Yaml.Entries(List.copyOf(checked), entries.at());
    }

    private Yaml checkFields(Found<Yaml> found, Yaml.Entries entries, Shape.Fields fields) {
        Map<String, Yaml.Entry> checked = new LinkedHashMap<>();
        Set<String> known = new LinkedHashSet<>(fields.fields().keySet());
        boolean unknown = false;
        for (Yaml.Entry entry : once(found, entries)) {
            Shape.Field field = fields.fields().get(entry.key());
            if (field == null) {
                unknown = true;
                problems.unknown(new Found<>(entry, entry.keyAt(), found.where()), "key", entry.key(), known);
                continue;
            }
            String where = SILENT.contains(entry.key()) ? found.where() : child(found.where(), entry.key());
            Yaml value = check(new Found<>(entry.value(), entry.value().at(), where), field.shape());
            checked.put(entry.key(), new Yaml.Entry(entry.key(), entry.keyAt(), value));
        }
        for (Map.Entry<String, Shape.Field> field : fields.fields().entrySet()) {
            if (field.getValue().required() && !checked.containsKey(field.getKey())) {
                problems.add(
                        found,
                        "'" + field.getKey() + ":' is missing" + (unknown ? " (or misspelt)" : "") + "; allowed: "
                                + field.getValue().shape().allowed());
            }
        }
        return new Yaml.Entries(List.copyOf(checked.values()), entries.at());
    }

    private List<Yaml.Entry> once(Found<Yaml> found, Yaml.Entries entries) {
        Map<String, Yaml.Entry> once = new LinkedHashMap<>();
        for (Yaml.Entry entry : entries.entries()) {
            Yaml.Entry first = once.putIfAbsent(entry.key(), entry);
            if (first != null) {
                problems.add(
                        entry.keyAt(),
                        child(found.where(), entry.key()),
                        "stands here a second time (the first is in line "
                                + first.keyAt().line() + "); remove one");
            }
        }
        return List.copyOf(once.values());
    }

    private static String child(String where, String key) {
        return where.isEmpty() ? key : where + "." + key;
    }
}
