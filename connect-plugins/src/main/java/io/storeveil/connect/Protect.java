package io.storeveil.connect;

import io.storeveil.control.Unknown;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.metrics.Monitorable;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.connect.components.Versioned;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.transforms.Transformation;
import org.jspecify.annotations.Nullable;

/**
 * Protects personal fields as a policy says: the whole record, its key, value and headers, from one rule. The first
 * transform of a Debezium source connector. A record that it does not understand stops the task with {@link
 * ProtectionStopped}, whatever {@code errors.tolerance} says.
 */
public final class Protect<R extends ConnectRecord<R>> implements Transformation<R>, Versioned, Monitorable {

    private @Nullable Keys keys;
    private volatile @Nullable Counters counters;
    private @Nullable Protector protector;
    private @Nullable PluginMetrics metrics;

    @Override
    public String version() {
        String version = Protect.class.getPackage().getImplementationVersion();
        return version == null ? "unknown" : version;
    }

    @Override
    public ConfigDef config() {
        return ProtectSettings.DEFINITION;
    }

    @Override
    public void configure(Map<String, ?> properties) {
        close();
        ProtectSettings settings = ProtectSettings.of(properties);
        KeysInUse opened = new KeysInUse(SharedKeys.open(
                settings.keys(), () -> heldBack(settings.policy().store())));
        keys = opened;
        counters = new Counters(opened);
        protector = new Protector(settings.rules(), opened, counters);
        register();
    }

    /** Asked from the thread that looks after the key state. */
    private Map<Unknown, Long> heldBack(String store) {
        Counters counted = counters;
        return counted == null ? Map.of() : counted.heldBack(store);
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
    public @Nullable R apply(R record) {
        if (protector == null) {
            throw new IllegalStateException("apply before configure");
        }
        return protector.apply(record);
    }

    @Override
    public void close() {
        if (keys != null) {
            keys.close();
        }
        keys = null;
        protector = null;
    }
}
