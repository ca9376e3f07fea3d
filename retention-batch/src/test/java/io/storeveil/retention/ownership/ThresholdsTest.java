package io.storeveil.retention.ownership;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeveil.policy.Controller;
import io.storeveil.policy.Policy;
import io.storeveil.policy.Purpose;
import io.storeveil.policy.Purpose.From;
import io.storeveil.policy.UndeclaredColumns;
import java.time.LocalDate;
import java.time.MonthDay;
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
    private static final MonthDay JUNE = MonthDay.of(6, 30);
    private static final MonthDay LEAP_DAY = MonthDay.of(2, 29);

    @Test
    void aPeriodFromTheEvent_isACalendarPeriod() {
        assertThat(day("2026-11-23", "P3Y", From.EVENT)).isEqualTo("2023-11-23");
        assertThat(day("2027-02-28", "P1M", From.EVENT)).isEqualTo("2027-01-28");
        assertThat(day("2027-03-01", "P1M", From.EVENT)).isEqualTo("2027-02-01");
    }

    @Test
    void aPeriodFromALeapDay_endsWithFebruary() {
        assertThat(day("2025-02-28", "P1Y", From.EVENT))
                .as("kept for the whole of 28 February")
                .isEqualTo("2024-02-28");
        assertThat(day("2025-03-01", "P1Y", From.EVENT)).isEqualTo("2024-03-01");
    }

    @Test
    void aPeriodFromTheEndOfTheYear_endsWithAYear() {
        assertThat(day("2026-11-23", "P8Y", From.END_OF_CALENDAR_YEAR)).isEqualTo("2018-01-01");
        assertThat(day("2025-12-31", "P8Y", From.END_OF_CALENDAR_YEAR)).isEqualTo("2017-01-01");
        assertThat(day("2026-01-01", "P8Y", From.END_OF_CALENDAR_YEAR)).isEqualTo("2018-01-01");
    }

    @Test
    void aPeriodFromTheEndOfTheFiscalYear_endsWithOne() {
        assertThat(day("2026-11-23", "P8Y", From.END_OF_FISCAL_YEAR, JUNE)).isEqualTo("2018-07-01");
        assertThat(day("2026-06-30", "P8Y", From.END_OF_FISCAL_YEAR, JUNE)).isEqualTo("2017-07-01");
        assertThat(day("2026-07-01", "P8Y", From.END_OF_FISCAL_YEAR, JUNE)).isEqualTo("2018-07-01");
        assertThat(day("2025-02-28", "P1Y", From.END_OF_FISCAL_YEAR, LEAP_DAY))
                .as("the year that ended on 28 February 2023 was kept until 29 February 2024")
                .isEqualTo("2023-03-01");
    }

    @Property(tries = 150)
    void whatHappenedIsOver_exactlyFromTheDayAfterItsPeriodHasEnded(
            @ForAll @IntRange(max = 7300) int today,
            @ForAll @IntRange(max = 10) int years,
            @ForAll @IntRange(max = 11) int months,
            @ForAll @IntRange(max = 30) int days,
            @ForAll @IntRange(min = 1, max = 366) int yearEnds,
            @ForAll From from) {
        LocalDate now = LocalDate.of(2015, 1, 1).plusDays(today);
        Period keep = Period.of(years, months, days);
        MonthDay end = from == From.END_OF_CALENDAR_YEAR
                ? Purpose.CALENDAR_YEAR_ENDS
                : MonthDay.from(LocalDate.ofYearDay(2024, yearEnds));

        LocalDate threshold = day(now, keep, from, end);

        for (int apart = -800; apart < 800; apart += 1 + Math.abs(apart) / 10) {
            LocalDate event = threshold.plusDays(apart);
            assertThat(lastDay(event, keep, from, end).isBefore(now))
                    .as("what happened on %s", event)
                    .isEqualTo(event.isBefore(threshold));
        }
    }

    /** Day by day, as a person would count. */
    private static LocalDate lastDay(LocalDate event, Period keep, From from, MonthDay yearEnds) {
        if (from == From.EVENT) {
            return event.plus(keep);
        }
        LocalDate day = event;
        while (!day.equals(yearEnds.atYear(day.getYear()))) {
            day = day.plusDays(1);
        }
        return day.plusDays(1).plus(keep).minusDays(1);
    }

    private static LocalDate day(String today, String keep, From from) {
        return day(today, keep, from, Purpose.CALENDAR_YEAR_ENDS);
    }

    private static LocalDate day(String today, String keep, From from, MonthDay yearEnds) {
        return day(LocalDate.parse(today), Period.parse(keep), from, yearEnds);
    }

    private static LocalDate day(LocalDate today, Period keep, From from, MonthDay yearEnds) {
        Purpose purpose = new Purpose("any", Purpose.Basis.CONTRACT, null, null, keep, from, yearEnds, List.of());
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
