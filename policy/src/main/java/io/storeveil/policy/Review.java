package io.storeveil.policy;

import java.time.LocalDate;
import java.time.Period;

/** When the policy was last read by a responsible person, and how soon it must be read again. */
public record Review(String by, LocalDate on, Period again) {

    public LocalDate due() {
        return on.plus(again);
    }
}
