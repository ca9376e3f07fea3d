package io.storeveil.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reading a checked tree: what is wrong or missing is simply not there. */
final class Fields {

    private Fields() {}

    static Optional<Found<Yaml>> field(Found<Yaml> found, String key) {
        return entries(found).stream()
                .filter(entry -> entry.key().equals(key) && !(entry.value() instanceof Yaml.Wrong))
                .findFirst()
                .map(entry -> new Found<>(
                        entry.value(), entry.value().at(), found.where().isEmpty() ? key : found.where() + "." + key));
    }

    static Optional<Found<String>> text(Found<Yaml> found, String key) {
        return field(found, key).flatMap(Fields::text);
    }

    static Optional<Found<String>> text(Found<Yaml> found) {
        return found.value() instanceof Yaml.Scalar scalar ? Optional.of(found.with(scalar.text())) : Optional.empty();
    }

    static boolean isTrue(Found<Yaml> found, String key, boolean otherwise) {
        return text(found, key).map(text -> Boolean.parseBoolean(text.value())).orElse(otherwise);
    }

    /** The texts of a list; a list's wrong items are left out. */
    static List<Found<String>> texts(Found<Yaml> found, String key) {
        return field(found, key).map(Fields::items).orElse(List.of()).stream()
                .flatMap(item -> text(item).stream())
                .toList();
    }

    static List<Found<Yaml>> items(Found<Yaml> found) {
        List<Found<Yaml>> items = new ArrayList<>();
        if (found.value() instanceof Yaml.Items list) {
            for (int i = 0; i < list.items().size(); i++) {
                Yaml item = list.items().get(i);
                items.add(new Found<>(item, item.at(), found.where() + "[" + (i + 1) + "]"));
            }
        }
        return items;
    }

    static List<Yaml.Entry> entries(Found<Yaml> found) {
        return found.value() instanceof Yaml.Entries entries ? entries.entries() : List.of();
    }

    static List<Yaml.Entry> entries(Found<Yaml> found, String key) {
        return field(found, key).map(Fields::entries).orElse(List.of());
    }
}
