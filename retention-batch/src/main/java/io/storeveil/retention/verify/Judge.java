package io.storeveil.retention.verify;

import io.storeveil.policy.ColumnRef;
import io.storeveil.policy.Purpose;
import io.storeveil.policy.SubjectKind;
import io.storeveil.policy.Table;
import io.storeveil.policy.TableName;
import io.storeveil.retention.ownership.Ownership;
import io.storeveil.retention.ownership.Thresholds;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** Which legal obligations still want a row of an erased person: reckoned from the rows themselves, not by SQL. */
final class Judge {

    private final Ownership ownership;
    private final Thresholds thresholds;
    private final ZoneId zone;
    /** Many rows ask their common owner. */
    private final Map<Row, Optional<Instant>> dated = new HashMap<>();

    Judge(Ownership ownership, Thresholds thresholds) {
        this.ownership = ownership;
        this.thresholds = thresholds;
        this.zone = ownership.policy().timeZone();
    }

    /** The purposes that keep it; a row that nothing dates counts as kept by all that it has. */
    Set<String> living(Row row) {
        Set<String> living = new TreeSet<>();
        Optional<Instant> latest = latest(row);
        for (String name : ownership.rowPurposes(row.table())) {
            Purpose purpose = thresholds.purpose(name);
            if (purpose.basis() == Purpose.Basis.LEGAL_OBLIGATION && !over(latest, purpose)) {
                living.add(name);
            }
        }
        return living;
    }

    private boolean over(Optional<Instant> latest, Purpose purpose) {
        Instant day = thresholds.day(purpose).atStartOfDay(zone).toInstant();
        return latest.map(moment -> moment.isBefore(day)).orElse(false);
    }

    private Optional<Instant> latest(Row row) {
        Optional<Instant> known = dated.get(row);
        if (known == null) {
            // Rows that own each other in a circle date each other no further.
            dated.put(row, Optional.empty());
            known = reckoned(row);
            dated.put(row, known);
        }
        return known;
    }

    private Optional<Instant> reckoned(Row row) {
        Table table = ownership.table(row.table());
        List<ColumnRef> clock = table.clock().isEmpty()
                ? ownership
                        .policy()
                        .subjectOf(row.table())
                        .map(SubjectKind::clock)
                        .orElse(List.of())
                : table.clock();
        if (!clock.isEmpty()) {
            return clock.stream()
                    .flatMap(ref -> rows(row, ref.table()).map(found -> moment(found, ref)))
                    .flatMap(Optional::stream)
                    .max(Comparator.naturalOrder());
        }
        return row.owners().stream()
                .filter(owner -> !owner.table().equals(row.table()))
                .map(this::latest)
                .flatMap(Optional::stream)
                .max(Comparator.naturalOrder());
    }

    private static Stream<Row> rows(Row row, TableName table) {
        if (row.table().equals(table)) {
            return Stream.of(row);
        }
        Set<Row> above = reached(row, Row::owners);
        return Stream.concat(above.stream(), reached(row, Row::owned).stream())
                .filter(found -> found.table().equals(table));
    }

    private static Set<Row> reached(Row row, Function<Row, List<Row>> next) {
        Set<Row> reached = new HashSet<>();
        Deque<Row> open = new ArrayDeque<>(next.apply(row));
        while (!open.isEmpty()) {
            Row found = open.remove();
            if (reached.add(found)) {
                open.addAll(next.apply(found));
            }
        }
        return reached;
    }

    /** A day is over when it has ended; a time without a zone is the policy's zone's. What cannot be read keeps the row. */
    private Optional<Instant> moment(Row row, ColumnRef ref) {
        JsonNode value = row.value(ref.column());
        if (value.isNull() || value.isMissingNode()) {
            return Optional.empty();
        }
        String text = value.asString("");
        try {
            return Optional.of(
                    switch (ownership.column(ref.table(), ref.column()).baseType()) {
                        case "date" ->
                            LocalDate.parse(text)
                                    .plusDays(1)
                                    .atStartOfDay(zone)
                                    .toInstant()
                                    .minusNanos(1000);
                        case "timestamp" ->
                            LocalDateTime.parse(text).atZone(zone).toInstant();
                        default -> OffsetDateTime.parse(text).toInstant();
                    });
        } catch (DateTimeException infiniteOrBeforeOurEra) {
            return Optional.of(text.startsWith("-") ? Instant.MIN : Instant.MAX);
        }
    }
}
