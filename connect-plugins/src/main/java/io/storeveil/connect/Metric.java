package io.storeveil.connect;

import java.util.List;

/**
 * Every metric of a transform, declared once: the documentation's table is made from this, and the exporter's rules and
 * the dashboard are held to it. Names of tables, columns and protections only; never a value.
 */
enum Metric {
    RECORDS("records-total", "Records that were looked at"),
    RECORDS_DROPPED("records-dropped-total", "Records left out, for whatever reason"),
    TABLE_ROWS("table-rows-total", "Rows, before and after a change, that were protected", "table"),
    PROTECTED_FIELDS(
            "protected-fields-total", "Fields that are not null, by what was done to them", "table", "protection"),
    ERASED_FIELDS(
            "erased-fields-total", "Fields written as '[erased]', or as null, because their owner is erased", "table"),
    LATE_CHANGES(
            "late-changes-total",
            "Rows that came after their owner was erased; their values under the owner's key are dropped",
            "table"),
    UNDECLARED_TABLE_RECORDS(
            "undeclared-table-records-total",
            "Records left out because the policy does not know their table; by topic where no table is named",
            "table"),
    UNDECLARED_COLUMN_FIELDS(
            "undeclared-column-fields-total",
            "Fields left out because the policy does not know their column",
            "table",
            "column"),
    REVEALED_FIELDS("revealed-fields-total", "Fields that were opened for the sink's purpose", "table"),
    REFUSED_FIELDS(
            "refused-fields-total", "Fields made null because the person does not allow the sink's purpose", "table"),
    UNKNOWN_CONSENT_FIELDS(
            "unknown-consent-fields-total",
            "Fields made null because the control database did not answer in time",
            "table"),
    HEADERS_DROPPED("headers-dropped-total", "Headers left out because they are not known to be harmless"),
    KEY_STATE_VERSION("key-state-version", "Version of the key state in use; -1 before the first record"),
    KEY_STATE_AGE(
            "key-state-age-seconds", "Seconds since this transform took up that version; -1 before the first record"),
    LEASE_LEFT(
            "key-state-lease-left-seconds",
            "Seconds for which the key state may still be used without another look; 0 once the lease is lost"),
    OWNER_KEY_HITS(
            "owner-key-hits-total",
            "Owners' keys found in the cache; since the version was taken up, for all transforms that share it"),
    OWNER_KEY_MISSES("owner-key-misses-total", "Owners' keys that had to be derived; counted as the hits are"),
    STOPS(
            "stops-total",
            "Stops of a task because a record could not be protected; of all tasks since the worker began");

    private final String word;
    private final String description;

    @SuppressWarnings("ImmutableEnumChecker") // List.of is
    private final List<String> tags;

    Metric(String word, String description, String... tags) {
        this.word = word;
        this.description = description;
        this.tags = List.of(tags);
    }

    /** As it is called in JMX, where the tags are properties of the object's name. */
    String word() {
        return word;
    }

    String description() {
        return description;
    }

    List<String> tags() {
        return tags;
    }
}
