package io.storeveil.retention.connector;

import io.storeveil.retention.connector.Weakness.Severity;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;

/**
 * Looks at sinks that fill one database beside each other: one with what is protected, one for each purpose that sees more.
 * Debezium's sink asks the database for a table by its name alone where the setting names no schema, and so finds one of
 * any schema.
 */
final class SharedWarehouse {

    private static final String FORMAT = "collection.name.format";
    private static final String FORMAT_ONCE = "table.name.format";
    private static final String FORMAT_BY_DEFAULT = "${topic}";

    /** @param schema empty where the setting names none */
    private record Tables(String schema, String name) {

        static Tables of(Connector sink) {
            String format = sink.setting(FORMAT, sink.setting(FORMAT_ONCE, FORMAT_BY_DEFAULT));
            int dot = lastDotOutsideBraces(format);
            return new Tables(format.substring(0, Math.max(dot, 0)), format.substring(dot + 1));
        }

        /** What is filled in between braces holds none: Debezium makes underscores of a topic's. */
        private static int lastDotOutsideBraces(String format) {
            for (int i = format.length() - 1, depth = 0; i >= 0; i--) {
                switch (format.charAt(i)) {
                    case '}' -> depth++;
                    case '{' -> depth--;
                    case '.' -> {
                        if (depth == 0) {
                            return i;
                        }
                    }
                    default -> {}
                }
            }
            return -1;
        }
    }

    private SharedWarehouse() {}

    static List<Weakness> look(List<Connector> connectors) {
        List<Connector> sinks = connectors.stream()
                .filter(connector ->
                        connector.setting("connector.class", "").equals("io.debezium.connector.jdbc.JdbcSinkConnector"))
                .toList();
        List<Weakness> found = new ArrayList<>();
        for (Connector sink : sinks) {
            Tables tables = Tables.of(sink);
            String others = sinks.stream()
                    .filter(other ->
                            !other.name().equals(sink.name()) && database(other).equals(database(sink)))
                    .filter(other -> mayMeet(tables, Tables.of(other), readTheSame(sink, other)))
                    .map(Connector::name)
                    .collect(Collectors.joining(", "));
            if (!others.isEmpty()) {
                found.add(weakness(sink, tables, others));
            }
        }
        return found;
    }

    private static Weakness weakness(Connector sink, Tables tables, String others) {
        return new Weakness(
                Severity.WARNING,
                sink.name(),
                FORMAT,
                (sink.setting(FORMAT).isEmpty() ? "not set" : "'" + sink.setting(FORMAT, "") + "'") + ", beside "
                        + others + " in the same database",
                "a schema for each sink, SCHEMA." + tables.name,
                tables.schema.isEmpty()
                        ? "Debezium's sink looks for a table of this name in every schema, and takes another sink's for"
                                + " its own."
                        : "Both fill the same tables, and each undoes what the other wrote.");
    }

    private static boolean mayMeet(Tables one, Tables other, Optional<Boolean> sameTopics) {
        if (!one.name.equals(other.name)) {
            return false;
        }
        return one.schema.isEmpty()
                ? sameTopics.orElse(true)
                : one.schema.equals(other.schema) && sameTopics.orElse(false);
    }

    /** Empty where two expressions leave it open. */
    private static Optional<Boolean> readTheSame(Connector one, Connector other) {
        List<String> ones = topics(one);
        List<String> others = topics(other);
        String expression = one.setting("topics.regex", "");
        String otherExpression = other.setting("topics.regex", "");
        if (!ones.isEmpty() && !others.isEmpty()) {
            return Optional.of(ones.stream().anyMatch(others::contains));
        }
        if (!ones.isEmpty()) {
            return Optional.of(ones.stream().anyMatch(topic -> matches(otherExpression, topic)));
        }
        if (!others.isEmpty()) {
            return Optional.of(others.stream().anyMatch(topic -> matches(expression, topic)));
        }
        return expression.equals(otherExpression) ? Optional.of(true) : Optional.empty();
    }

    private static List<String> topics(Connector sink) {
        return Arrays.stream(sink.setting("topics", "").split(","))
                .map(String::strip)
                .filter(topic -> !topic.isEmpty())
                .toList();
    }

    private static boolean matches(String expression, String topic) {
        try {
            return Pattern.matches(expression, topic);
        } catch (PatternSyntaxException e) {
            return false;
        }
    }

    /** Without its parameters. */
    private static String database(Connector sink) {
        return sink.setting("connection.url", "").replaceFirst("[?].*", "");
    }
}
