package io.storeveil.connect;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.json.JsonConverter;
import org.jspecify.annotations.Nullable;

/**
 * Every form that a sample's usual value can take: what PostgreSQL writes and its parts, their Base64 and hex, and
 * whatever a connector of any setting makes of it.
 */
final class TypeForms {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern BETWEEN = Pattern.compile("[^\\p{Alnum} .:-]+");

    private final Set<String> forms = new LinkedHashSet<>();

    void addText(String text) {
        add(text);
        for (String part : BETWEEN.split(text)) {
            if (part.length() >= 6) {
                add(part);
            }
        }
        add(Base64.getEncoder().encodeToString(text.getBytes(UTF_8)));
        add(HexFormat.of().formatHex(text.getBytes(UTF_8)));
    }

    void addAll(List<String> leaves) {
        leaves.forEach(this::add);
    }

    /** A scale, or an element's null, is nobody's value. */
    private void add(String form) {
        if (!form.isEmpty() && !form.equals("null") && !form.matches("\\d{1,3}")) {
            forms.add(form);
        }
    }

    boolean foundIn(List<String> leaves) {
        return leaves.stream().anyMatch(leaf -> forms.stream()
                .anyMatch(form -> leaf.equals(form) || form.length() >= 6 && leaf.contains(form)));
    }

    /** The single values that a JSON converter writes for it. */
    static List<String> leaves(JsonConverter converter, Schema schema, @Nullable Object value) throws Exception {
        byte[] json = value == null ? null : converter.fromConnectData("topic", schema, value);
        List<String> leaves = new ArrayList<>();
        if (json != null) {
            collect(JSON.readTree(json).get("payload"), leaves);
        }
        return leaves;
    }

    private static void collect(JsonNode node, List<String> leaves) {
        if (node.isValueNode()) {
            leaves.add(node.asText());
        }
        node.forEach(child -> collect(child, leaves));
    }
}
