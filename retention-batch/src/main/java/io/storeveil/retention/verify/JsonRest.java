package io.storeveil.retention.verify;

import io.storeveil.policy.AtRest;
import io.storeveil.policy.Column;
import io.storeveil.policy.JsonPath;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Whether what stands inside of JSON says nothing any more, path by path; what no path names must not be there at all. */
final class JsonRest {

    private static final Set<String> READ = Set.of("json", "jsonb", "text", "varchar", "bpchar", "citext", "name");

    /** What a path of the policy still has to go, from one place on. */
    private record Way(List<JsonPath.Step> steps, Column part) {}

    private final Predicate<Column> kept;
    private final String column;
    private final Rest.Judged judged;

    private JsonRest(Column column, Predicate<Column> kept, Rest.Judged judged) {
        this.column = column.name();
        this.kept = kept;
        this.judged = judged;
    }

    /** False for types whose insides come to rest as a whole. */
    static boolean reads(String baseType) {
        return READ.contains(baseType);
    }

    static void look(Row row, Column column, Predicate<Column> kept, Rest.Judged judged) {
        JsonNode value = row.value(column.name());
        if (value.isNull()) {
            return;
        }
        List<Way> ways = new ArrayList<>();
        column.inside().forEach((path, part) -> ways.add(new Way(path.steps(), part)));
        if (column.inside().values().stream().anyMatch(kept)) {
            judged.told().add(column.name());
        }
        new JsonRest(column, kept, judged).walk(parsed(value), ways);
    }

    private static JsonNode parsed(JsonNode value) {
        try {
            return value.isString() ? JsonMapper.shared().readTree(value.asString()) : value;
        } catch (JacksonException notJson) {
            return value;
        }
    }

    private void walk(JsonNode node, List<Way> ways) {
        for (Way way : ways) {
            if (way.steps.isEmpty()) {
                if (!kept.test(way.part) && !atRest(node, way.part.atRest())) {
                    open(way.part.name());
                }
                return;
            }
        }
        if (node.isObject()) {
            for (Map.Entry<String, JsonNode> member : node.properties()) {
                inside(member.getValue(), next(ways, member.getKey()));
            }
        } else if (node.isArray()) {
            node.forEach(element -> inside(element, next(ways, null)));
        } else if (!node.isNull()) {
            unnamed();
        }
    }

    private void inside(JsonNode node, List<Way> ways) {
        if (!ways.isEmpty()) {
            walk(node, ways);
        } else if (!node.isNull()) {
            unnamed();
        }
    }

    private void unnamed() {
        open(column + ", at a place that no path of the policy names");
    }

    private void open(String place) {
        judged.open().add(place);
        judged.told().add(column);
    }

    /** A member's own name goes before a wildcard. */
    private static List<Way> next(List<Way> ways, @Nullable String member) {
        List<Way> named = new ArrayList<>();
        List<Way> any = new ArrayList<>();
        for (Way way : ways) {
            Way rest = new Way(way.steps.subList(1, way.steps.size()), way.part);
            if (way.steps.get(0) instanceof JsonPath.Member step) {
                if (step.name().equals(member)) {
                    named.add(rest);
                }
            } else {
                any.add(rest);
            }
        }
        return named.isEmpty() ? any : named;
    }

    private static boolean atRest(JsonNode value, AtRest atRest) {
        if (value.isNull() || atRest.action() == AtRest.Action.KEEP) {
            return true;
        }
        if (atRest.action() == AtRest.Action.CONSTANT) {
            return value.isString() && value.asString().equals(atRest.value());
        }
        return atRest.action() == AtRest.Action.REDACT
                && ((value.isString() && value.asString().equals("redacted"))
                        || (value.isNumber() && value.decimalValue().signum() == 0)
                        || (value.isBoolean() && !value.booleanValue()));
    }
}
