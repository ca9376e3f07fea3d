package io.storeveil.retention.report;

import io.storeveil.retention.report.Certificate.Fate;
import io.storeveil.retention.report.Certificate.Line;
import io.storeveil.retention.report.Certificate.TableFate;
import java.time.Instant;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A certificate as one HTML page, in the report's style. */
public final class HtmlCertificate {

    private HtmlCertificate() {}

    public static String render(Certificate certificate, ZoneId zone) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("request", certificate.request());
        view.put("kind", certificate.kind());
        view.put("subject", certificate.subject());
        view.put("requestState", certificate.state());
        view.put("store", certificate.store());
        view.put("controller", certificate.controller());
        view.put("run", certificate.run());
        view.put("policySha256", certificate.policySha256());
        view.put("written", Words.moment(certificate.writtenAt(), zone));
        view.put("received", moment(certificate.receivedAt(), zone));
        Claim claim = claim(certificate, zone);
        view.put("state", claim.tone());
        view.put("mark", claim.mark());
        view.put("verdict", claim.words());
        view.put("sentence", claim.sentence());
        view.put(
                "tables",
                certificate.tables().stream().map(HtmlCertificate::table).toList());
        view.put("hasTables", !certificate.tables().isEmpty());
        view.put("limits", certificate.limits());
        return Page.render("certificate.mustache", view);
    }

    private record Claim(String tone, String mark, String words, String sentence) {}

    private static Claim claim(Certificate certificate, ZoneId zone) {
        Instant shredded = certificate.shreddedAt();
        if (certificate.tables().isEmpty()) {
            return new Claim(
                    "calm", "–", "Nothing was found", "The store's journal holds no row that this request changed.");
        }
        if (!certificate.finished()) {
            return new Claim("warn", "!", "Not finished", "The erasure has begun and is not complete in the store.");
        }
        if (shredded == null) {
            return new Claim(
                    "warn",
                    "!",
                    "Erased in the store, keys not yet destroyed",
                    "Encrypted copies outside the store can still be read with the key state.");
        }
        List<Line> kept = certificate.of(Fate.KEPT);
        List<Line> remaining = certificate.of(Fate.REMAINING);
        return new Claim(
                "good",
                "✓",
                "Erased and shredded",
                "Keys destroyed, effective " + Words.moment(shredded, zone) + "."
                        + (kept.isEmpty() ? "" : " Some values are kept on a legal ground or as keys; see below.")
                        + (remaining.isEmpty()
                                ? ""
                                : " Protected traces remain for now in the history of topics; see below."));
    }

    private static Map<String, Object> table(TableFate table) {
        return Map.of(
                "table",
                table.table(),
                "lines",
                table.lines().stream()
                        .map(line -> Map.of(
                                "tone",
                                tone(line.fate()),
                                "fate",
                                line.fate().word(),
                                "columns",
                                line.columns().isEmpty() ? "whole rows" : line.columns(),
                                "words",
                                line.words(),
                                "ground",
                                line.ground() == null ? "" : line.ground(),
                                "until",
                                line.until() == null ? "" : line.until()))
                        .toList());
    }

    private static String tone(Fate fate) {
        return switch (fate) {
            case DELETED, ANONYMISED, SHREDDED -> "good";
            case KEPT -> "calm";
            case REMAINING -> "warn";
        };
    }

    private static String moment(@Nullable Instant instant, ZoneId zone) {
        return instant == null ? "not recorded" : Words.moment(instant, zone);
    }
}
