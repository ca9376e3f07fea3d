package io.storeveil.retention.settings;

import java.time.LocalTime;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/**
 * A part of the day, which may go past midnight.
 *
 * @param to exclusive
 */
public record Window(LocalTime from, LocalTime to) {

    /** @throws DateTimeParseException unless it is written like 22:00-06:00 */
    static Window of(String text) {
        int dash = text.indexOf('-');
        return new Window(
                LocalTime.parse(text.substring(0, Math.max(dash, 0)).strip()),
                LocalTime.parse(text.substring(dash + 1).strip()));
    }

    static Optional<String> refusal(String text) {
        try {
            if (text.isBlank() || !of(text).from().equals(of(text).to())) {
                return Optional.empty();
            }
        } catch (DateTimeParseException wrong) {
            // refused below
        }
        return Optional.of("allowed is a part of the day, written like 22:00-06:00, or nothing");
    }

    public boolean contains(LocalTime time) {
        return from.isBefore(to)
                ? !time.isBefore(from) && time.isBefore(to)
                : !time.isBefore(from) || time.isBefore(to);
    }

    @Override
    public String toString() {
        return from + "-" + to;
    }
}
