package io.storeveil.retention.consent;

import io.storeveil.keys.KeyReference;
import io.storeveil.keys.KeyState;
import io.storeveil.policy.Policy;
import io.storeveil.policy.Purpose;
import io.storeveil.policy.Purpose.Choice;
import io.storeveil.retention.command.InputWrong;
import io.storeveil.retention.subject.Subject;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A statement as somebody typed or sent it, before it is known to make sense. Null is what was not said. */
record Draft(
        @Nullable String purpose,
        @Nullable String decision,
        @Nullable String at,
        @Nullable String expires,
        @Nullable String notice,
        @Nullable String wordingSha256,
        @Nullable String channel,
        @Nullable String evidence) {

    /** @throws InputWrong saying which part cannot be, and what is allowed; never a value */
    Statement of(Subject person, Policy policy, KeyState keys, Clock clock) {
        Purpose chosen = purpose(policy);
        Decision said = decision(chosen.choice());
        Instant now = clock.instant();
        Instant when = at == null ? now : moment("at", at, policy.timeZone());
        if (when.isAfter(now)) {
            throw new InputWrong("at: is in the future");
        }
        Instant until = expires == null ? null : moment("expires", expires, policy.timeZone());
        if (until != null && (said != Decision.GRANTED || !until.isAfter(when))) {
            throw new InputWrong("expires: allowed for what is granted, and after it was");
        }
        if (said == Decision.GRANTED && chosen.choice() == Choice.OPT_IN && (notice == null || wordingSha256 == null)) {
            throw new InputWrong("consent to " + chosen.name()
                    + " needs the notice's version and the SHA-256 of its wording: they show what was agreed to");
        }
        if (wordingSha256 != null && !wordingSha256.matches("[0-9a-f]{64}")) {
            throw new InputWrong("wording-sha256: allowed are 64 lower-case hex digits, as sha256sum prints them");
        }
        if (channel == null) {
            throw new InputWrong("channel: is missing; say where the person said it, such as web, phone or "
                    + ConsentCommand.GLOBAL_PRIVACY_CONTROL);
        }
        KeyReference reference = keys.reference(person.owner());
        if (keys.isPunctured(reference)) {
            throw new InputWrong("this person was erased, and their key destroyed: nothing of theirs can be revealed");
        }
        return new Statement(
                person.kind().name(),
                reference,
                chosen.name(),
                said,
                when.truncatedTo(ChronoUnit.MICROS),
                until == null ? null : until.truncatedTo(ChronoUnit.MICROS),
                notice,
                wordingSha256,
                channel,
                evidence);
    }

    private Purpose purpose(Policy policy) {
        Set<String> chosen = policy.purposes().values().stream()
                .filter(each -> each.choice() != Choice.NONE)
                .map(Purpose::name)
                .collect(Collectors.toCollection(java.util.TreeSet::new));
        Purpose found = purpose == null || !chosen.contains(purpose)
                ? null
                : policy.purposes().get(purpose);
        if (found == null) {
            throw new InputWrong("purpose: people decide for themselves on these purposes of the policy: "
                    + (chosen.isEmpty() ? "none" : String.join(", ", chosen)));
        }
        return found;
    }

    private Decision decision(Choice choice) {
        Decision said = decision == null ? null : Decision.of(decision).orElse(null);
        if (said != Decision.GRANTED && said != Decision.no(choice)) {
            throw new InputWrong("decision: allowed for this purpose: granted, "
                    + Decision.no(choice).word());
        }
        return said;
    }

    private static Instant moment(String name, String text, ZoneId zone) {
        try {
            return text.length() == 10
                    ? LocalDate.parse(text).atStartOfDay(zone).toInstant()
                    : OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeParseException wrong) {
            throw new InputWrong(name + ": allowed is a date, 2026-11-23, or a moment, 2026-11-23T10:15:00Z");
        }
    }
}
