package io.storeveil.connect;

import io.storeveil.control.Database;
import io.storeveil.policy.Purpose;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigException;

/**
 * The settings of {@link Reveal}: those of {@link Protect} about policy and keys, and its own.
 *
 * @param control where it is read what people decided, and whose processing is restricted
 */
record RevealSettings(
        ProtectSettings shared, Purpose purpose, Database control, Duration consentLimit, Duration consentPatience) {

    static final String PURPOSE = "purpose";
    static final String CONSENT_LIMIT = "consent.max-age.ms";
    static final String CONSENT_PATIENCE = "consent.wait.ms";

    static final ConfigDef DEFINITION = definition();

    private static ConfigDef definition() {
        ConfigDef definition = new ConfigDef();
        ProtectSettings.DEFINITION.configKeys().values().stream()
                .filter(key -> !key.name.equals(ProtectSettings.BEFORE))
                .forEach(definition::define);
        return definition
                .define(
                        PURPOSE,
                        ConfigDef.Type.STRING,
                        ConfigDef.NO_DEFAULT_VALUE,
                        new ConfigDef.NonEmptyString(),
                        Importance.HIGH,
                        "The purpose, of the policy, that the sink serves. Its columns are opened, and no others.")
                .define(
                        CONSENT_LIMIT,
                        ConfigDef.Type.LONG,
                        60_000L,
                        ConfigDef.Range.between(1L, 3_600_000L),
                        Importance.MEDIUM,
                        "Milliseconds for which consent may be used after it was last read. A record that was just written"
                                + " is asked about anew, whatever this says.")
                .define(
                        CONSENT_PATIENCE,
                        ConfigDef.Type.LONG,
                        30_000L,
                        ConfigDef.Range.between(0L, 240_000L),
                        Importance.MEDIUM,
                        "Milliseconds to wait for a control database that does not answer, before columns become null and"
                                + " are counted as unknown.");
    }

    /** @throws ConfigException saying what is wrong, and what is allowed */
    static RevealSettings of(Map<String, ?> properties) {
        ProtectSettings shared = ProtectSettings.of(properties);
        AbstractConfig config = new AbstractConfig(DEFINITION, properties, false);
        String name = config.getString(PURPOSE);
        Purpose purpose = shared.policy().purposes().get(name);
        if (purpose == null) {
            throw new ConfigException(PURPOSE + ": the policy has no purpose of this name; allowed: "
                    + String.join(", ", shared.policy().purposes().keySet()));
        }
        Database control = KeySettings.control(config);
        if (control == null) {
            throw new ConfigException(
                    KeySettings.CONTROL_URL + ": it says whose processing is restricted, and what people"
                            + " decided, so it is needed; allowed: jdbc:postgresql://HOST:PORT/DATABASE");
        }
        return new RevealSettings(
                shared,
                purpose,
                control,
                Duration.ofMillis(config.getLong(CONSENT_LIMIT)),
                Duration.ofMillis(config.getLong(CONSENT_PATIENCE)));
    }
}
