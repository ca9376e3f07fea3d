package io.storeveil.retention.plan;

import io.storeveil.policy.Column;
import io.storeveil.policy.TableName;
import java.time.LocalDate;
import java.util.List;
import java.util.Set;

/**
 * What one night does to the rows of one table whose purposes have ended.
 *
 * @param name     in plans, counts and the journal: {@code delete public.orders}
 * @param purposes all of these are over
 * @param over     nothing on this day or later keeps the row
 * @param columns  what is brought to rest; empty for a delete
 * @param sha256   of the rule's text without the day: what a person approves
 */
public record Rule(
        String name,
        Kind kind,
        TableName table,
        Set<String> purposes,
        LocalDate over,
        List<Column> columns,
        String sha256) {

    public enum Kind {
        DELETE,
        ANONYMISE
    }
}
