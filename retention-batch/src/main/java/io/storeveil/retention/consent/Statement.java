package io.storeveil.retention.consent;

import io.storeveil.keys.KeyReference;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What one person said of one purpose, once, with what shows that they did (GDPR Art. 7(1)).
 *
 * @param at            when they said it
 * @param expires       from then on it counts as withdrawn; only of what was granted
 * @param notice        version of the notice they were shown
 * @param wordingSha256 lower-case hex, of that notice's wording
 * @param channel       where they said it: {@code web}, {@code global-privacy-control}
 * @param evidence      what finds the proof again: a form's number; no name
 */
record Statement(
        String subjectKind,
        KeyReference subject,
        String purpose,
        Decision decision,
        Instant at,
        @Nullable Instant expires,
        @Nullable String notice,
        @Nullable String wordingSha256,
        String channel,
        @Nullable String evidence) {

    /** The same statement has the same, however often it comes in. */
    byte[] sha256() {
        StringBuilder text = new StringBuilder("storeveil/v1/consent");
        facts().forEach((name, value) ->
                text.append('\0').append(name).append('\0').append(value));
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.toString().getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** For machines and for the ledger: what is not said is left out. */
    Map<String, Object> facts() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("subject", subject.toString());
        facts.put("purpose", purpose);
        facts.put("decision", decision.word());
        facts.put("at", at.toString());
        facts.put("expires", Objects.toString(expires, null));
        facts.put("notice", notice);
        facts.put("wordingSha256", wordingSha256);
        facts.put("channel", channel);
        facts.put("evidence", evidence);
        facts.values().removeIf(Objects::isNull);
        return facts;
    }
}
