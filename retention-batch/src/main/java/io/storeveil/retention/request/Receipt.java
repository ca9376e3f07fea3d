package io.storeveil.retention.request;

import io.storeveil.retention.command.InputWrong;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** When a request came in, and by which law it must be answered. A picocli mixin. */
@SuppressWarnings("NullAway.Init") // fields by picocli
final class Receipt {

    @Option(
            names = "--law",
            defaultValue = "gdpr",
            description = "gdpr: one month from receipt; ccpa: 45 days. Default: ${DEFAULT-VALUE}.")
    private Law law;

    @Option(names = "--received", paramLabel = "DATE", description = "When it came in: 2026-11-23. Default: now.")
    private @Nullable LocalDate received;

    Law law() {
        return law;
    }

    /** @throws InputWrong if it lies in the future */
    Instant receivedAt(Clock clock, ZoneId zone) {
        Instant now = clock.instant();
        Instant at = received == null ? now : received.atStartOfDay(zone).toInstant();
        if (at.isAfter(now)) {
            throw new InputWrong("--received: is in the future");
        }
        return at;
    }
}
