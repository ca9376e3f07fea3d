package io.storeveil.retention.ownership;

import io.storeveil.policy.AtRest;
import io.storeveil.policy.Column;
import io.storeveil.policy.JsonPath;
import io.storeveil.retention.catalog.CatalogColumn;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * JSON in which some paths are at rest, as one SQL expression over the old value: objects and arrays are taken apart and put
 * together again along the paths, which a wildcard may lead through. What is no JSON becomes an empty object.
 */
final class JsonAtRest {

    private static final Set<String> BINARY = Set.of("json", "jsonb");

    /** What is known of the values at one place. */
    private static final class Place {
        private final Map<String, Place> members = new LinkedHashMap<>();
        private @Nullable Place every;
        private @Nullable Column value;
    }

    private final Set<Column> parts;
    private final boolean alone;
    private int depth;

    /** @param alone what no path names goes */
    private JsonAtRest(Set<Column> parts, boolean alone) {
        this.parts = parts;
        this.alone = alone;
    }

    /** False for the insides that only the stream takes apart: they come to rest as a whole. */
    static boolean reads(CatalogColumn type) {
        return BINARY.contains(type.baseType()) || Redacted.TEXTS.contains(type.baseType());
    }

    /** The text as {@code jsonb}, null where it is none. */
    static String parsed(String value) {
        return "storeveil.json_of(" + value + "::text)";
    }

    /**
     * @param parts of the column's inside, and the column itself for what no path names
     * @param name  of the column, as SQL
     * @return empty where each of them keeps its value
     */
    static Optional<String> of(Column whole, List<Column> parts, CatalogColumn type, String name) {
        Set<Column> resting = parts.stream()
                .filter(part -> !part.equals(whole) && part.atRest().action() != AtRest.Action.KEEP)
                .collect(Collectors.toSet());
        boolean alone = parts.contains(whole);
        if (resting.isEmpty() && !alone) {
            return Optional.empty();
        }
        Place root = new Place();
        whole.inside().forEach((path, part) -> place(root, path).value = part);
        String json = parsed(name);
        String value = new JsonAtRest(resting, alone).of(root, json);
        return Optional.of("case when " + name + " is null then null else cast((case when " + json
                + " is null then '{}' else " + value + " end)::text as " + type.type() + ") end");
    }

    private static Place place(Place root, JsonPath path) {
        Place place = root;
        for (JsonPath.Step step : path.steps()) {
            if (step instanceof JsonPath.Member member) {
                place = place.members.computeIfAbsent(member.name(), any -> new Place());
            } else {
                Place every = place.every == null ? new Place() : place.every;
                place.every = every;
                place = every;
            }
        }
        return place;
    }

    private String of(Place place, String value) {
        Column part = place.value;
        if (part != null) {
            return parts.contains(part) ? atRest(part, value) : value;
        }
        String id = "j" + depth++;
        return "case jsonb_typeof(" + value + ") when 'object' then " + object(place, value, id) + " when 'array' then "
                + array(place, value, id) + " when 'null' then " + value + " else " + undeclared(value) + " end";
    }

    private String object(Place place, String value, String id) {
        Place every = place.every;
        String inner = id + ".value";
        List<String> cases = new ArrayList<>();
        place.members.forEach((name, member) -> cases.add("when " + Sql.literal(name) + " then " + of(member, inner)));
        String others = every == null ? inner : of(every, inner);
        String each = cases.isEmpty()
                ? others
                : "case " + id + ".key " + String.join(" ", cases) + " else " + others + " end";
        String named = alone && every == null
                ? " where " + id + ".key in ("
                        + place.members.keySet().stream().map(Sql::literal).collect(Collectors.joining(", ")) + ")"
                : "";
        return "(select coalesce(jsonb_object_agg(" + id + ".key, " + each + "), '{}') from jsonb_each(" + value + ") "
                + id + named + ")";
    }

    private String array(Place place, String value, String id) {
        Place every = place.every;
        return every == null
                ? undeclared(value)
                : "(select coalesce(jsonb_agg(" + of(every, id + ".value") + " order by " + id + ".n), '[]') from"
                        + " jsonb_array_elements(" + value + ") with ordinality " + id + "(value, n))";
    }

    private String undeclared(String value) {
        return alone ? "'null'::jsonb" : value;
    }

    private static String atRest(Column part, String value) {
        return switch (part.atRest().action()) {
            case KEEP -> value;
            case NULL -> "'null'::jsonb";
            case CONSTANT ->
                "to_jsonb(" + Sql.literal(String.valueOf(part.atRest().value())) + "::text)";
            case REDACT ->
                "case jsonb_typeof(" + value + ") when 'string' then '\"redacted\"'::jsonb when 'number' then '0'"
                        + " when 'boolean' then 'false' else 'null' end";
        };
    }
}
