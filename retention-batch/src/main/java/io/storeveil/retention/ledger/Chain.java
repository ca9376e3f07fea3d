package io.storeveil.retention.ledger;

import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Walks entries in the order in which they stand and stops at the first that an honest ledger cannot hold. What it cannot
 * see alone: an end cut off, and a chain that was computed anew from some entry on. Against both, the head is written down
 * elsewhere: in the export's last line, in every report, and under a reviewer's signature.
 */
final class Chain {

    /**
     * @param entries how many were in order
     * @param head    the hash of the last of them
     * @param problem what is wrong with the one after, naming it
     */
    record Verdict(long entries, String head, Optional<String> problem) {}

    private Chain() {}

    static Verdict verify(List<LedgerEntry> entries) {
        String head = LedgerEntry.BEFORE_THE_FIRST;
        Set<Long> seen = new HashSet<>();
        long expected = 1;
        for (Iterator<LedgerEntry> walk = entries.iterator(); walk.hasNext(); expected++) {
            LedgerEntry entry = walk.next();
            Optional<String> problem = problem(entry, expected, head, seen, entries);
            if (problem.isPresent()) {
                return new Verdict(expected - 1, head, problem);
            }
            seen.add(entry.seq());
            head = entry.hash();
        }
        return new Verdict(expected - 1, head, Optional.empty());
    }

    private static Optional<String> problem(
            LedgerEntry entry, long expected, String head, Set<Long> seen, List<LedgerEntry> all) {
        if (seen.contains(entry.seq())) {
            return Optional.of("entry " + entry.seq() + " stands twice: one was inserted");
        }
        if (entry.seq() > expected) {
            boolean later = all.stream().anyMatch(other -> other.seq() == expected);
            return Optional.of("entry " + expected
                    + (later
                            ? " stands after entry " + entry.seq() + ": reordered"
                            : " is missing before entry " + entry.seq() + ": removed"));
        }
        if (entry.seq() < expected) {
            return Optional.of("entry " + entry.seq() + " stands after entry " + (expected - 1) + ": inserted");
        }
        if (!entry.unaltered()) {
            return Optional.of("entry " + expected + " is not what was written: altered");
        }
        if (!entry.prev().equals(head)) {
            return Optional.of("entry " + expected + " does not follow entry " + (expected - 1)
                    + ": one of the two was written anew");
        }
        return Optional.empty();
    }
}
