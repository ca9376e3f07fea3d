package io.storeveil.connect;

import io.storeveil.connect.RevealedColumn.Reader;
import io.storeveil.control.Consents;
import io.storeveil.policy.Purpose.Choice;
import java.sql.SQLException;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.metrics.Monitorable;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.connect.components.Versioned;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.transforms.Transformation;
import org.jspecify.annotations.Nullable;

/**
 * Opens, on the way into a sink, exactly the columns that one purpose of the policy may see; where each person decides on
 * the purpose, only theirs who allow it now. A text that is no ciphertext of its column stops the task with {@link
 * ProtectionStopped}, whatever {@code errors.tolerance} says.
 */
public final class Reveal<R extends ConnectRecord<R>> implements Transformation<R>, Versioned, Monitorable {

    private @Nullable Keys keys;
    private @Nullable Permission permission;
    private @Nullable Counters counters;
    private @Nullable Revealer revealer;
    private @Nullable PluginMetrics metrics;

    @Override
    public String version() {
        String version = Reveal.class.getPackage().getImplementationVersion();
        return version == null ? "unknown" : version;
    }

    @Override
    public ConfigDef config() {
        return RevealSettings.DEFINITION;
    }

    @Override
    public void configure(Map<String, ?> properties) {
        close();
        RevealSettings settings = RevealSettings.of(properties);
        Permission asked = permission(settings);
        permission = asked;
        KeysInUse opened = new KeysInUse(keys(settings, asked));
        keys = opened;
        counters = new Counters(opened);
        revealer = new Revealer(
                settings.shared().policy(),
                settings.purpose().name(),
                opened,
                new Reader(asked, settings.shared().placeholder()),
                settings.shared().rules().added(),
                counters);
        register();
    }

    /** Nothing stays open of a configuration that is refused: Connect does not close what it could not configure. */
    private static Keys keys(RevealSettings settings, Permission asked) {
        try {
            return SharedKeys.open(settings.shared().keys(), Map::of);
        } catch (ConfigException e) {
            asked.close();
            throw e;
        }
    }

    private static Permission permission(RevealSettings settings) {
        Permission asked = Permission.always();
        try {
            if (settings.purpose().choice() != Choice.NONE) {
                asked = Permission.of(
                        settings.purpose(),
                        settings.shared().policy(),
                        consents(settings, settings.purpose().name()));
            }
            return Permission.unlessRestricted(consents(settings, Consents.EVERY_PURPOSE), asked);
        } catch (SQLException e) {
            asked.close();
            throw new ConfigException(KeySettings.CONTROL_URL + ": consent cannot be read there (SQLSTATE "
                    + e.getSQLState() + "); it needs the tables of this version, and a user who may read them");
        }
    }

    private static Consents consents(RevealSettings settings, String purpose) throws SQLException {
        return Consents.open(settings.control(), purpose, settings.consentLimit(), settings.consentPatience());
    }

    /** A worker calls this after {@link #configure}; the other order works as well. */
    @Override
    public void withPluginMetrics(PluginMetrics pluginMetrics) {
        metrics = pluginMetrics;
        register();
    }

    private void register() {
        if (metrics != null && counters != null) {
            counters.register(metrics);
        }
    }

    @Override
    public R apply(R record) {
        if (revealer == null) {
            throw new IllegalStateException("apply before configure");
        }
        return revealer.apply(record);
    }

    @Override
    public void close() {
        if (permission != null) {
            permission.close();
        }
        if (keys != null) {
            keys.close();
        }
        permission = null;
        keys = null;
        revealer = null;
    }
}
