package io.storeveil.retention.request;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;

/** How long a controller may take to answer. */
public enum Law {
    /** GDPR Art. 12(3): one month of receipt. It ends with the last day's last hour (Regulation 1182/71, Art. 3(2)). */
    GDPR {
        @Override
        LocalDate lastDay(LocalDate received) {
            return received.plusMonths(1);
        }
    },
    /** Cal. Civ. Code 1798.130(a)(2)(A): 45 days of receipt. */
    CCPA {
        @Override
        LocalDate lastDay(LocalDate received) {
            return received.plusDays(45);
        }
    };

    abstract LocalDate lastDay(LocalDate received);

    public Instant due(Instant received, ZoneId zone) {
        return lastDay(received.atZone(zone).toLocalDate())
                .atTime(LocalTime.of(23, 59, 59))
                .atZone(zone)
                .toInstant();
    }
}
