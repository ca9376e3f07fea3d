package io.storeveil.policy;

import io.storeveil.protect.Protection;
import io.storeveil.protect.Protections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Categories, and what they are made of: what the stream does and what is left at rest. */
final class CategoryReader {

    private final Problems problems;

    CategoryReader(Problems problems) {
        this.problems = problems;
    }

    /** Those that are right; the names of all are in {@link Declared}. */
    Map<String, Category> read(Found<Yaml> root) {
        Map<String, Category> categories = new LinkedHashMap<>();
        for (Yaml.Entry entry : Fields.entries(root, "categories")) {
            Found<Yaml> found = new Found<>(entry.value(), entry.value().at(), "categories." + entry.key());
            List<Found<Yaml>> pair = Fields.items(found);
            if (pair.size() == 2) {
                Optional<Protection> inStream = protection(pair.get(0));
                Optional<AtRest> atRest = atRest(pair.get(1));
                if (inStream.isPresent() && atRest.isPresent()) {
                    categories.put(entry.key(), new Category(entry.key(), inStream.get(), atRest.get()));
                }
            }
        }
        return categories;
    }

    Optional<Protection> protection(Found<Yaml> found) {
        if (found.value() instanceof Yaml.Scalar word) {
            return protection(found, word.text(), Map.of());
        }
        for (Yaml.Entry entry : Fields.entries(found)) {
            Map<String, String> options = new LinkedHashMap<>();
            if (entry.value() instanceof Yaml.Scalar option) {
                options.put("", option.text());
            } else if (entry.value() instanceof Yaml.Entries entries) {
                for (Yaml.Entry option : entries.entries()) {
                    if (!(option.value() instanceof Yaml.Scalar scalar)) {
                        return Optional.empty();
                    }
                    options.put(option.key(), scalar.text());
                }
            } else {
                return Optional.empty();
            }
            return protection(new Found<>(found.value(), entry.keyAt(), found.where()), entry.key(), options);
        }
        return Optional.empty();
    }

    private Optional<Protection> protection(Found<Yaml> found, String name, Map<String, String> options) {
        try {
            return Optional.of(Protections.of(name, options));
        } catch (IllegalArgumentException e) {
            problems.add(found, Words.plain(String.valueOf(e.getMessage()), 400));
            return Optional.empty();
        }
    }

    Optional<AtRest> atRest(Found<Yaml> found) {
        if (found.value() instanceof Yaml.Scalar word) {
            return Optional.of(
                    switch (word.text()) {
                        case "keep" -> new AtRest(AtRest.Action.KEEP, null);
                        case "redact" -> new AtRest(AtRest.Action.REDACT, null);
                        default -> new AtRest(AtRest.Action.NULL, null);
                    });
        }
        return Fields.text(found, "constant").map(text -> new AtRest(AtRest.Action.CONSTANT, text.value()));
    }
}
