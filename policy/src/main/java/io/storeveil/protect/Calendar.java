package io.storeveil.protect;

import static io.storeveil.protect.FieldType.Kind.DATE;
import static io.storeveil.protect.FieldType.Kind.INSTANT;
import static io.storeveil.protect.FieldType.Kind.TIME;
import static io.storeveil.protect.FieldType.Kind.TIMESTAMP;

import io.storeveil.protect.FieldType.Kind;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.Year;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** A time becomes the start of the span that it lies in; of one with a zone, the span in UTC. */
enum Calendar implements Coarser {
    HOUR("A time or moment becomes the start of its hour"),
    PART_OF_DAY("A time becomes 00:00 (night), 06:00 (morning), 12:00 (afternoon) or 18:00 (evening)"),
    DAY("A moment becomes the start of its day"),
    MONTH("A date or moment becomes the start of its month"),
    QUARTER("A date or moment becomes the start of its quarter"),
    YEAR("A date or moment becomes the start of its year"),
    DECADE("A date or moment becomes the start of its decade");

    private static final int HOURS_OF_A_PART = 6;

    private final String summary;

    Calendar(String summary) {
        this.summary = summary;
    }

    @Override
    public String summary() {
        return summary + (takes().contains(INSTANT) ? "; UTC where it has a zone." : ".");
    }

    @Override
    public String malformed() {
        return "There is none. Infinity stays infinity, as far as the connector tells it apart.";
    }

    @Override
    public Set<Kind> takes() {
        return switch (this) {
            case HOUR -> EnumSet.of(TIME, TIMESTAMP, INSTANT);
            case PART_OF_DAY -> EnumSet.of(TIME);
            case DAY -> EnumSet.of(TIMESTAMP, INSTANT);
            case MONTH, QUARTER, YEAR, DECADE -> EnumSet.of(DATE, TIMESTAMP, INSTANT);
        };
    }

    @Override
    public FieldType out(FieldType in) {
        return in;
    }

    @Override
    public Object of(Object value) {
        if (value instanceof LocalTime time) {
            return start(time);
        }
        if (value instanceof LocalDate date) {
            return start(date);
        }
        if (value instanceof LocalDateTime moment) {
            return start(moment);
        }
        return start(LocalDateTime.ofInstant((Instant) value, ZoneOffset.UTC)).toInstant(ZoneOffset.UTC);
    }

    private LocalTime start(LocalTime time) {
        return this == PART_OF_DAY
                ? LocalTime.of(time.getHour() / HOURS_OF_A_PART * HOURS_OF_A_PART, 0)
                : time.truncatedTo(ChronoUnit.HOURS);
    }

    private LocalDateTime start(LocalDateTime moment) {
        return this == HOUR
                ? moment.truncatedTo(ChronoUnit.HOURS)
                : start(moment.toLocalDate()).atStartOfDay();
    }

    private LocalDate start(LocalDate date) {
        return switch (this) {
            case MONTH -> date.withDayOfMonth(1);
            case QUARTER -> LocalDate.of(date.getYear(), date.getMonth().firstMonthOfQuarter(), 1);
            case YEAR -> date.withDayOfYear(1);
            case DECADE -> LocalDate.of(Math.max(Math.floorDiv(date.getYear(), 10) * 10, Year.MIN_VALUE), 1, 1);
            case HOUR, PART_OF_DAY, DAY -> date;
        };
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
