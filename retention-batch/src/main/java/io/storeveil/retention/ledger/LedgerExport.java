package io.storeveil.retention.ledger;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The ledger as a text file, one JSON object a line: a first line that says what it is, the entries, and a last line with
 * their number and the head's hash. It is verified without any database.
 */
final class LedgerExport {

    private static final String FORMAT = "storeveil/v1/ledger";
    private static final JsonMapper JSON = JsonMapper.shared();

    private LedgerExport() {}

    static List<String> lines(List<LedgerEntry> entries) {
        List<String> lines = new ArrayList<>();
        lines.add(JSON.writeValueAsString(Map.of("format", FORMAT)));
        entries.forEach(entry -> lines.add(JSON.writeValueAsString(fields(entry))));
        Map<String, Object> end = new LinkedHashMap<>();
        end.put("entries", entries.size());
        end.put(
                "head",
                entries.isEmpty()
                        ? LedgerEntry.BEFORE_THE_FIRST
                        : entries.get(entries.size() - 1).hash());
        lines.add(JSON.writeValueAsString(end));
        return lines;
    }

    static Chain.Verdict verify(List<String> lines) {
        if (lines.isEmpty()
                || !FORMAT.equals(parsed(lines.get(0)).path("format").asString(""))) {
            return wrong("line 1 is not {\"format\":\"" + FORMAT
                    + "\"}: not an export of a ledger, or its beginning is cut off");
        }
        List<LedgerEntry> entries = new ArrayList<>();
        Optional<String> unreadable = Optional.empty();
        JsonNode end = JSON.createObjectNode();
        for (int i = 1; i < lines.size() && unreadable.isEmpty(); i++) {
            JsonNode line = parsed(lines.get(i));
            if (i == lines.size() - 1 && line.has("head")) {
                end = line;
                continue;
            }
            Optional<LedgerEntry> entry = entry(lines.get(i));
            entry.ifPresent(entries::add);
            if (entry.isEmpty()) {
                unreadable = Optional.of("line " + (i + 1) + " is not an entry: altered");
            }
        }
        Chain.Verdict chain = Chain.verify(entries);
        if (chain.problem().isPresent()) {
            return chain;
        }
        return new Chain.Verdict(chain.entries(), chain.head(), unreadable.or(ending(end, chain)));
    }

    private static java.util.function.Supplier<Optional<String>> ending(JsonNode end, Chain.Verdict chain) {
        return () -> {
            long promised = end.path("entries").asLong(-1);
            if (promised < 0) {
                return Optional.of("the last line is missing: cut off after entry " + chain.entries());
            }
            if (promised > chain.entries()) {
                return Optional.of("entry " + (chain.entries() + 1) + " is missing, the last line promises " + promised
                        + " entries: cut off");
            }
            if (promised < chain.entries()) {
                return Optional.of("entry " + (promised + 1) + " is one more than the last line promises: inserted");
            }
            return end.path("head").asString("").equals(chain.head())
                    ? Optional.empty()
                    : Optional.of("entry " + chain.entries()
                            + " is not the one that the last line names: one of the two was altered");
        };
    }

    private static Map<String, Object> fields(LedgerEntry entry) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("seq", entry.seq());
        fields.put("at", entry.at().toString());
        fields.put("run", entry.run());
        fields.put("kind", entry.kind());
        fields.put("body", entry.body());
        fields.put("prev", entry.prev());
        fields.put("hash", entry.hash());
        return fields;
    }

    private static Optional<LedgerEntry> entry(String text) {
        JsonNode line = parsed(text);
        try {
            LedgerEntry entry = new LedgerEntry(
                    line.path("seq").asLong(),
                    Instant.parse(line.path("at").asString()),
                    line.path("run").asString(),
                    line.path("kind").asString(),
                    line.path("body").asString(),
                    line.path("prev").asString(),
                    line.path("hash").asString());
            // Written again it must be the same line: no second spelling, no twin key, nothing added.
            return JSON.writeValueAsString(fields(entry)).equals(text) ? Optional.of(entry) : Optional.empty();
        } catch (DateTimeException | JacksonException notAnEntry) {
            return Optional.empty();
        }
    }

    private static JsonNode parsed(String line) {
        try {
            return JSON.readTree(line);
        } catch (JacksonException notJson) {
            return JSON.createObjectNode();
        }
    }

    private static Chain.Verdict wrong(String problem) {
        return new Chain.Verdict(0, LedgerEntry.BEFORE_THE_FIRST, Optional.of(problem));
    }
}
