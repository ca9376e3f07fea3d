package io.storeveil.retention.check;

import java.util.List;

/** A setting of Debezium's connector for PostgreSQL that decides what a type becomes: its values, the default first. */
enum CaptureSetting {
    DECIMALS("decimal.handling.mode", "precise", "double", "string"),
    TIMES(
            "time.precision.mode",
            "adaptive",
            "adaptive_time_microseconds",
            "connect",
            "isostring",
            "microseconds",
            "nanoseconds"),
    BINARY("binary.handling.mode", "bytes", "base64", "base64-url-safe", "hex"),
    INTERVALS("interval.handling.mode", "numeric", "string"),
    HSTORE("hstore.handling.mode", "json", "map"),
    UNKNOWN_TYPES("include.unknown.datatypes", "false", "true");

    final String key;

    @SuppressWarnings("ImmutableEnumChecker") // List.of
    final List<String> values;

    CaptureSetting(String key, String... values) {
        this.key = key;
        this.values = List.of(values);
    }
}
