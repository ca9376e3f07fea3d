package io.storeveil.retention.ledger;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The ledger as a text file, one JSON object a line: a first line that says what it is, the entries, behind each run's seal
 * the journal entries that it covers, and a last line with the number of entries and the head's hash. It is verified without
 * any database.
 */
final class LedgerExport {

    private static final String FORMAT = "storeveil/v1/ledger";
    private static final JsonMapper JSON = JsonMapper.shared();

    private LedgerExport() {}

    /** @param runs the leaves of each sealed run, in their order */
    static List<String> lines(List<LedgerEntry> entries, Map<String, List<Leaf>> runs) {
        List<String> lines = new ArrayList<>();
        lines.add(JSON.writeValueAsString(Map.of("format", FORMAT)));
        Map<String, Integer> written = new HashMap<>();
        for (LedgerEntry entry : entries) {
            lines.add(JSON.writeValueAsString(fields(entry)));
            if (entry.kind().equals(RunSeal.KIND)) {
                List<Leaf> leaves = runs.getOrDefault(entry.run(), List.of());
                int from = written.getOrDefault(entry.run(), 0);
                int to = (int) Math.min(leaves.size(), RunSeal.sealed(entry).leaves());
                leaves.subList(from, Math.max(from, to))
                        .forEach(leaf -> lines.add(JSON.writeValueAsString(fields(leaf))));
                written.put(entry.run(), Math.max(from, to));
            }
        }
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
        Parts parts = Parts.of(lines);
        Chain.Verdict chain = Chain.verify(parts.entries());
        if (chain.problem().isPresent()) {
            return chain;
        }
        return new Chain.Verdict(
                chain.entries(),
                chain.head(),
                parts.runs().or(parts::unreadable).or(() -> ending(parts.end, chain)));
    }

    /** What stands between the first line and the last, as far as it can be read. */
    private static final class Parts {

        private final List<LedgerEntry> entries = new ArrayList<>();
        /** By how many entries stand before them. */
        private final Map<Integer, List<Leaf>> leaves = new TreeMap<>();

        private Optional<String> unreadable = Optional.empty();
        private JsonNode end = JSON.createObjectNode();

        static Parts of(List<String> lines) {
            Parts parts = new Parts();
            for (int i = 1; i < lines.size() && parts.unreadable.isEmpty(); i++) {
                JsonNode line = parsed(lines.get(i));
                if (i == lines.size() - 1 && line.has("head")) {
                    parts.end = line;
                } else if (!parts.add(lines.get(i), line)) {
                    parts.unreadable = Optional.of("line " + (i + 1) + " is not an entry: altered");
                }
            }
            return parts;
        }

        private boolean add(String text, JsonNode line) {
            if (line.has("leaf")) {
                Optional<Leaf> leaf = leaf(text, line);
                leaf.ifPresent(leaves.computeIfAbsent(entries.size(), n -> new ArrayList<>())::add);
                return leaf.isPresent();
            }
            Optional<LedgerEntry> entry = entry(text, line);
            entry.ifPresent(entries::add);
            return entry.isPresent();
        }

        List<LedgerEntry> entries() {
            return entries;
        }

        Optional<String> unreadable() {
            return unreadable;
        }

        /** The first run whose journal entries are not those that were sealed. */
        Optional<String> runs() {
            RunRoots roots = new RunRoots(entries);
            for (int i = 0; i <= entries.size(); i++) {
                List<Leaf> behind = leaves.getOrDefault(i, List.of());
                boolean seal = i > 0 && entries.get(i - 1).kind().equals(RunSeal.KIND);
                // Behind the last entry before an unreadable line more leaves may follow.
                boolean whole = i < entries.size() || unreadable.isEmpty();
                Optional<String> problem = Optional.empty();
                if (seal && whole) {
                    problem = roots.problem(entries.get(i - 1), behind);
                } else if (!seal && !behind.isEmpty()) {
                    problem = Optional.of(RunRoots.stray(behind.get(0)));
                }
                if (problem.isPresent()) {
                    return problem;
                }
            }
            return Optional.empty();
        }
    }

    private static Optional<String> ending(JsonNode end, Chain.Verdict chain) {
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

    private static Map<String, @Nullable Object> fields(Leaf leaf) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("run", leaf.run());
        fields.put("position", leaf.position());
        fields.put("journal", leaf.journal());
        fields.put("leaf", leaf.hash());
        fields.put("line", leaf.line());
        return fields;
    }

    private static Optional<Leaf> leaf(String text, JsonNode line) {
        JsonNode said = line.path("line");
        Leaf leaf = new Leaf(
                line.path("run").asString(""),
                line.path("position").asLong(-1),
                line.path("journal").asLong(-1),
                line.path("leaf").asString(""),
                said.isNull() ? null : said.asString(""));
        boolean hash = leaf.hash().matches("[0-9a-f]{64}");
        return hash && JSON.writeValueAsString(fields(leaf)).equals(text) ? Optional.of(leaf) : Optional.empty();
    }

    private static Optional<LedgerEntry> entry(String text, JsonNode line) {
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

    static JsonNode parsed(String line) {
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
