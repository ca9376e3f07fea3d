package io.storeveil.retention.connector;

import io.storeveil.retention.connector.Weakness.Severity;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/** What one setting of a connector may be, looked at by itself. */
record SettingRule(
        Severity severity, String setting, String byDefault, Predicate<String> fine, String allowed, String why) {

    /** For every connector. */
    static final List<SettingRule> ANY = List.of(
            new SettingRule(
                    Severity.ERROR,
                    "errors.tolerance",
                    "none",
                    is("none"),
                    "none",
                    "With 'all' the worker skips records that fail, an erasure's among them; the sweep then refuses to"
                            + " destroy keys."),
            new SettingRule(
                    Severity.ERROR,
                    "errors.log.include.messages",
                    "false",
                    is("false"),
                    "false",
                    "The worker's log gets records, those of a source as they were before Protect."),
            schemas("key.converter"),
            schemas("value.converter"));

    /** For a Debezium connector that captures a PostgreSQL. */
    static final List<SettingRule> SOURCE = List.of(
            new SettingRule(
                    Severity.WARNING,
                    "column.propagate.source.type",
                    "",
                    value -> !value.isEmpty(),
                    ".*",
                    "Without it a sink cannot know how long an encrypted text may be, and may cut or refuse it."),
            new SettingRule(
                    Severity.WARNING,
                    "tombstones.on.delete",
                    "true",
                    is("true"),
                    "true",
                    "Without tombstones a compacted topic keeps the last version of a deleted row for ever."),
            new SettingRule(
                    Severity.WARNING,
                    "topic.creation.default.partitions",
                    "",
                    value -> !value.isEmpty(),
                    "a number, with topic.creation.default.replication.factor beside it",
                    "Without it topics come by the broker's auto-creation, with whatever retention that has, or not at"
                            + " all."));

    /** For a sink into a database. */
    static final List<SettingRule> SINK = List.of(
            new SettingRule(
                    Severity.ERROR,
                    "errors.deadletterqueue.topic.name",
                    "",
                    String::isEmpty,
                    "nothing",
                    "Records that fail are copied to a topic that no sweep drains and nobody erases from."),
            new SettingRule(
                    Severity.ERROR,
                    "delete.enabled",
                    "false",
                    is("true"),
                    "true",
                    "Rows that are erased or expired in the store stay in the warehouse."),
            new SettingRule(
                    Severity.ERROR,
                    "primary.key.mode",
                    "none",
                    is("record_key"),
                    "record_key",
                    "Changes and deletes do not find their row by the record's key."),
            new SettingRule(
                    Severity.ERROR,
                    "insert.mode",
                    "insert",
                    is("upsert"),
                    "upsert",
                    "Each change adds a row, and the values before it stay."));

    private static SettingRule schemas(String converter) {
        return new SettingRule(
                Severity.ERROR,
                converter + ".schemas.enable",
                "true",
                is("true"),
                "true",
                "Without schemas a sink cannot tell a date from a number, nor create or delete rows by their key.");
    }

    private static Predicate<String> is(String word) {
        return value -> value.toLowerCase(Locale.ROOT).equals(word);
    }

    Optional<Weakness> look(Connector connector) {
        String value = connector.setting(setting, byDefault);
        if (fine.test(value)) {
            return Optional.empty();
        }
        String found = connector.setting(setting).isEmpty() ? "not set" : "'" + value + "'";
        return Optional.of(new Weakness(severity, connector.name(), setting, found, allowed, why));
    }
}
