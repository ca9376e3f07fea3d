package io.storeveil.retention.connector;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A connector as it runs.
 *
 * @param source   whether it reads from a database into Kafka, not from Kafka into one
 * @param settings as they were given; what they name in {@code ${...}} is not resolved
 * @param state    its own, and each of its tasks' after that
 * @param failures for each that failed, the first line of why, as far as it is known to hold no value
 */
record Connector(String name, boolean source, Map<String, String> settings, List<String> state, List<String> failures) {

    static final String PROTECT = "io.storeveil.connect.Protect";
    static final String REVEAL = "io.storeveil.connect.Reveal";

    Optional<String> setting(String setting) {
        return Optional.ofNullable(settings.get(setting));
    }

    String setting(String setting, String byDefault) {
        return settings.getOrDefault(setting, byDefault);
    }

    /** The transforms' names, in the order in which a record meets them. */
    List<String> transforms() {
        return Arrays.stream(setting("transforms", "").split(","))
                .map(String::strip)
                .filter(transform -> !transform.isEmpty())
                .toList();
    }

    /** The names of the transforms of this class. */
    List<String> transforms(String type) {
        return transforms().stream()
                .filter(transform ->
                        setting("transforms." + transform + ".type", "").equals(type))
                .toList();
    }

    boolean ofDebezium() {
        return setting("connector.class", "").startsWith("io.debezium.connector.");
    }

    boolean capturesPostgres() {
        return source && setting("connector.class", "").equals("io.debezium.connector.postgresql.PostgresConnector");
    }
}
