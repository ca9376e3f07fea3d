package io.storeveil.retention.ledger;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Holds the journal entries behind each seal to that seal, in the order in which they stand. A seal that came later covers
 * what an earlier one of the same run did, and more: nothing may be taken back.
 */
final class RunRoots {

    /** The kind of the entry by which people took over a restored store, and with it a journal that ends earlier. */
    static final String RESTORED = "restore-approved";

    private final List<LedgerEntry> restored;
    private final Map<String, List<Leaf>> runs = new HashMap<>();

    RunRoots(List<LedgerEntry> chain) {
        restored = chain.stream().filter(entry -> entry.kind().equals(RESTORED)).toList();
    }

    /** @param fresh the leaves that stand behind this seal, up to the next entry of the chain */
    Optional<String> problem(LedgerEntry seal, List<Leaf> fresh) {
        List<Leaf> all = runs.computeIfAbsent(seal.run(), run -> new ArrayList<>());
        long promised = number(seal, "leaves");
        for (Leaf leaf : fresh) {
            Optional<String> problem = problem(seal, leaf, all.size(), promised, fresh);
            if (problem.isPresent()) {
                return problem;
            }
            all.add(leaf);
        }
        if (all.size() < promised) {
            return Optional.of("run " + seal.run() + ": its journal entry at position " + all.size()
                    + " is missing, entry " + seal.seq() + " has sealed " + promised + ": cut off");
        }
        return RunSeal.root(all).equals(text(seal, "root"))
                ? Optional.empty()
                : Optional.of("run " + seal.run() + ": its journal entries do not lead to the root in entry "
                        + seal.seq() + ": one of them was altered, and its hash with it");
    }

    /** A leaf behind an entry that seals nothing. */
    static String stray(Leaf leaf) {
        return named(leaf) + " stands behind no seal of its run: inserted";
    }

    private Optional<String> problem(LedgerEntry seal, Leaf leaf, long expected, long promised, List<Leaf> fresh) {
        if (!leaf.run().equals(seal.run())) {
            return Optional.of(named(leaf) + " stands behind the seal of run " + seal.run() + ": inserted");
        }
        if (leaf.position() > expected) {
            boolean later = fresh.stream().anyMatch(other -> other.position() == expected);
            return Optional.of("run " + seal.run() + ": its journal entry at position " + expected
                    + (later ? " stands after " : " is missing before ") + "entry " + leaf.journal()
                    + (later ? ": reordered" : ": removed"));
        }
        if (leaf.position() < expected || expected >= promised) {
            return Optional.of(named(leaf) + " is one more than was sealed: inserted");
        }
        if (leaf.line() == null && lostBy(seal, leaf)) {
            return Optional.empty();
        }
        if (leaf.line() == null) {
            return Optional.of(named(leaf) + " is no longer in the store: removed there, or the store was restored");
        }
        boolean unaltered = hash(leaf.line()).equals(leaf.hash()) && id(leaf.line()) == leaf.journal();
        return unaltered ? Optional.empty() : Optional.of(named(leaf) + " is not what was sealed: altered");
    }

    /** True if a person has approved of a restored store whose journal did not reach to this entry. */
    private boolean lostBy(LedgerEntry seal, Leaf leaf) {
        return restored.stream()
                .anyMatch(entry -> entry.seq() > seal.seq()
                        && leaf.journal() > body(entry).path("journalEndedAt").asLong(Long.MAX_VALUE));
    }

    static String hash(String line) {
        return HexFormat.of().formatHex(MerkleTree.leaf(line.getBytes(StandardCharsets.UTF_8)));
    }

    private static long id(String line) {
        try {
            return JsonMapper.shared().readTree(line).path("journal").asLong(-1);
        } catch (JacksonException notJson) {
            return -1;
        }
    }

    private static String named(Leaf leaf) {
        return "run " + leaf.run() + ": journal entry " + leaf.journal();
    }

    private static long number(LedgerEntry seal, String field) {
        return body(seal).path(field).asLong(-1);
    }

    private static String text(LedgerEntry seal, String field) {
        return body(seal).path(field).asString("");
    }

    private static JsonNode body(LedgerEntry seal) {
        try {
            return JsonMapper.shared().readTree(seal.body());
        } catch (JacksonException notJson) {
            return JsonMapper.shared().createObjectNode();
        }
    }
}
