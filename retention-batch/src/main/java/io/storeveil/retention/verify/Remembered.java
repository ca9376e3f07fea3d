package io.storeveil.retention.verify;

import io.storeveil.policy.SubjectKind;
import io.storeveil.policy.TableName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What must be known of a person after their rows are gone, to look whether they are. Never to be written but sealed.
 *
 * @param kind        of subject
 * @param key         of the person, as the request names them
 * @param identifiers by the policy's name: what else the rows that are this person were found by
 * @param rows        the rows that were theirs: keys, and what rows below named them by
 * @param shared      the primary keys of rows that others may have needed as well
 */
record Remembered(
        String kind,
        List<String> key,
        Map<String, List<String>> identifiers,
        Map<TableName, List<JsonNode>> rows,
        Map<TableName, List<JsonNode>> shared) {

    /** Of every row that was the person. */
    List<List<String>> keys(SubjectKind kind) {
        return rows.getOrDefault(kind.table(), List.of()).stream()
                .map(values -> Row.gone(kind.table(), values).texts(kind.key()))
                .filter(key -> !key.isEmpty())
                .toList();
    }

    String json() {
        return JsonMapper.shared()
                .writeValueAsString(Map.of(
                        "kind",
                        kind,
                        "key",
                        key,
                        "identifiers",
                        identifiers,
                        "rows",
                        named(rows),
                        "shared",
                        named(shared)));
    }

    private static Map<String, List<JsonNode>> named(Map<TableName, List<JsonNode>> rows) {
        Map<String, List<JsonNode>> named = new TreeMap<>();
        rows.forEach((table, found) -> named.put(table.toString(), found));
        return named;
    }

    static Remembered of(String text) {
        JsonNode json = JsonMapper.shared().readTree(text);
        Map<String, List<String>> identifiers = new TreeMap<>();
        json.path("identifiers").properties().forEach(each -> identifiers.put(each.getKey(), texts(each.getValue())));
        return new Remembered(
                json.path("kind").asString(),
                texts(json.path("key")),
                identifiers,
                rows(json.path("rows")),
                rows(json.path("shared")));
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(each -> texts.add(each.asString()));
        return texts;
    }

    private static Map<TableName, List<JsonNode>> rows(JsonNode json) {
        Map<TableName, List<JsonNode>> rows = new TreeMap<>();
        json.properties().forEach(table -> {
            List<JsonNode> found = new ArrayList<>();
            table.getValue().forEach(found::add);
            rows.put(TableName.of(table.getKey()), found);
        });
        return rows;
    }

    /** Without values. */
    @Override
    public String toString() {
        return "Remembered[" + rows.size() + " tables]";
    }
}
