package io.storeveil.connect;

import java.util.function.Function;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/** A setting's own check, with what it allows for the documentation. */
final class SettingCheck implements ConfigDef.Validator {

    private final String allowed;
    private final Function<Object, @Nullable String> problem;

    /** @param problem what is wrong with a value, without the value; null if nothing is */
    SettingCheck(String allowed, Function<Object, @Nullable String> problem) {
        this.allowed = allowed;
        this.problem = problem;
    }

    @Override
    public void ensureValid(String name, @Nullable Object value) {
        String found = value == null ? null : problem.apply(value);
        if (found != null) {
            throw new ConfigException(name + ": " + found);
        }
    }

    @Override
    public String toString() {
        return allowed;
    }
}
