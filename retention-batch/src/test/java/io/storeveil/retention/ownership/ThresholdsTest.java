package io.storeveil.retention.ownership;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeveil.policy.Controller;
import io.storeveil.policy.Policy;
import io.storeveil.policy.Purpose;
import io.storeveil.policy.UndeclaredColumns;
import java.time.LocalDate;
import java.time.Period;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ThresholdsTest {

    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final LocalDate TODAY = LocalDate.of(2026, 11, 23);

    @Test
    void aPeriodFromTheEvent_isACalendarPeriod() {
        assertThat(day(TODAY, Period.ofYears(3), Purpose.From.EVENT)).isEqualTo("2023-11-23");
        assertThat(day(LocalDate.of(2027, 2, 28), Period.ofMonths(1), Purpose.From.EVENT))
                .isEqualTo("2027-01-28");
        assertThat(day(LocalDate.of(2027, 3, 1), Period.ofMonths(1), Purpose.From.EVENT))
                .isEqualTo("2027-02-01");
    }

    @Test
    void aPeriodFromTheEndOfTheYear_endsWithAYear() {
        Period eight = Period.ofYears(8);
        assertThat(day(TODAY, eight, Purpose.From.END_OF_CALENDAR_YEAR)).isEqualTo("2018-01-01");
        assertThat(day(LocalDate.of(2025, 12, 31), eight, Purpose.From.END_OF_CALENDAR_YEAR))
                .isEqualTo("2017-01-01");
        assertThat(day(LocalDate.of(2026, 1, 1), eight, Purpose.From.END_OF_CALENDAR_YEAR))
                .isEqualTo("2018-01-01");
    }

    @Property(tries = 500)
    void nothingIsOverBeforeItsPeriodHasEnded_andNothingLongAfter(
            @ForAll @IntRange(max = 7300) int today,
            @ForAll @IntRange(max = 10) int years,
            @ForAll @IntRange(max = 11) int months,
            @ForAll @IntRange(max = 30) int days,
            @ForAll Purpose.From from) {
        LocalDate now = LocalDate.of(2015, 1, 1).plusDays(today);
        Period keep = Period.of(years, months, days);

        LocalDate threshold = day(now, keep, from);

        LocalDate lastOver = threshold.minusDays(1);
        LocalDate firstKept = threshold;
        assertThat(begins(lastOver, from).plus(keep)).isBeforeOrEqualTo(now);
        assertThat(begins(firstKept, from).plus(keep)).isAfterOrEqualTo(now);
    }

    private static LocalDate begins(LocalDate event, Purpose.From from) {
        return from == Purpose.From.EVENT
                ? event
                : LocalDate.of(event.getYear(), 1, 1).plusYears(1);
    }

    private static LocalDate day(LocalDate today, Period keep, Purpose.From from) {
        Purpose purpose = new Purpose("any", Purpose.Basis.CONTRACT, null, null, keep, from, List.of());
        Policy policy = new Policy(
                "shop",
                new Controller("Shop", "privacy@shop.example", null),
                BERLIN,
                null,
                Map.of(),
                Map.of("any", purpose),
                Map.of(),
                Map.of(),
                UndeclaredColumns.DROP,
                "");
        return new Thresholds(policy, today.atStartOfDay(BERLIN).toInstant()).day(purpose);
    }
}
