package io.storeveil.retention.draft;

import io.storeveil.policy.TableName;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Names as YAML scalars and flow collections. */
final class YamlText {
    private static final Pattern BARE = Pattern.compile("[A-Za-z_][A-Za-z0-9_-]*(\\.[A-Za-z_][A-Za-z0-9_-]*)*");
    private static final Pattern BARE_PART = Pattern.compile("[a-z_][a-z0-9_]*");
    private static final Set<String> WORDS = Set.of("null", "true", "false", "yes", "no", "on", "off", "y", "n");

    private YamlText() {}

    static String scalar(String text) {
        return BARE.matcher(text).matches() && !WORDS.contains(text.toLowerCase(Locale.ROOT)) ? text : quoted(text);
    }

    static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> quoted.append("\\\"");
                case '\\' -> quoted.append("\\\\");
                default -> {
                    if (c < ' ' || c == 0x7f) {
                        quoted.append(String.format(Locale.ROOT, "\\x%02x", (int) c));
                    } else {
                        quoted.append(c);
                    }
                }
            }
        }
        return quoted.append('"').toString();
    }

    static String list(List<String> items) {
        return items.stream().map(YamlText::scalar).collect(Collectors.joining(", ", "[", "]"));
    }

    static String map(Map<String, String> entries) {
        return entries.entrySet().stream()
                .map(entry -> scalar(entry.getKey()) + ": " + scalar(entry.getValue()))
                .collect(Collectors.joining(", ", "{ ", " }"));
    }

    static String table(TableName table) {
        return scalar(part(table.schema()) + "." + part(table.name()));
    }

    static String column(TableName table, String column) {
        return scalar(columnName(table, column));
    }

    static String columnName(TableName table, String column) {
        return part(table.schema()) + "." + part(table.name()) + "." + part(column);
    }

    private static String part(String name) {
        return BARE_PART.matcher(name).matches() ? name : '"' + name.replace("\"", "\"\"") + '"';
    }

    /** Text behind a {@code #}. */
    static String comment(String text) {
        return "# " + text.replaceAll("\\p{Cntrl}", " ");
    }
}
