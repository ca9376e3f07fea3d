package io.storeveil.retention.plan;

import io.storeveil.policy.Column;
import io.storeveil.policy.SubjectKind;
import io.storeveil.policy.TableName;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one night does to the rows of one table whose purposes have ended.
 *
 * @param name     in plans, counts and the journal: {@code delete public.orders}
 * @param purposes all of these are over
 * @param over     nothing on this day or later keeps the row
 * @param columns  what is brought to rest; empty for a delete
 * @param refusal  of a rule for people who said no to one of the purposes; null for one that only asks the calendar
 * @param sha256   of the rule's text without the day: what a person approves
 */
public record Rule(
        String name,
        Kind kind,
        TableName table,
        Set<String> purposes,
        LocalDate over,
        List<Column> columns,
        @Nullable Refusal refusal,
        String sha256) {

    /**
     * Whose no it is, and what must be over besides.
     *
     * @param chosen purposes on which each person decides
     * @param others the other purposes, and the day from which each still keeps what happened
     */
    public record Refusal(SubjectKind kind, Map<String, LocalDate> chosen, Map<String, LocalDate> others) {}

    public enum Kind {
        DELETE,
        ANONYMISE,
        /** Takes the keys of rows that stay as they are. */
        KEYS,
        /** Of whole people, as by a request. */
        ERASE
    }
}
