package io.storeveil.connect;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/**
 * What is wrong with a setting beside the others. A validator sees one setting alone; a recommender sees all of them, and
 * what it throws becomes a message of its own setting when Connect validates a configuration.
 *
 * @param problem of all settings, parsed, those that do not parse as null; null if there is none
 */
record Beside(Function<Map<String, Object>, @Nullable String> problem) implements ConfigDef.Recommender {

    /** The same settings, each of these looked at beside the others. */
    static ConfigDef with(ConfigDef settings, Map<String, Beside> rules) {
        ConfigDef looked = new ConfigDef();
        for (ConfigKey key : settings.configKeys().values()) {
            looked.define(new ConfigKey(
                    key.name,
                    key.type,
                    key.defaultValue,
                    key.validator,
                    key.importance,
                    key.documentation,
                    key.group,
                    key.orderInGroup,
                    key.width,
                    key.displayName,
                    key.dependents,
                    rules.get(key.name),
                    key.internalConfig));
        }
        return looked;
    }

    static List<String> problems(Map<String, Beside> rules, Map<String, Object> parsed) {
        return rules.values().stream()
                .map(rule -> rule.problem.apply(parsed))
                .filter(Objects::nonNull)
                .toList();
    }

    @Override
    public List<Object> validValues(String name, Map<String, Object> parsed) {
        String found = problem.apply(parsed);
        if (found != null) {
            throw new ConfigException(found);
        }
        return List.of();
    }

    @Override
    public boolean visible(String name, Map<String, Object> parsed) {
        return true;
    }
}
