package io.storeveil.retention.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** Whatever is done to one entry of an export is found, and located. */
class LedgerExportTest {

    private static final int TRIES = 300;

    @Provide
    Arbitrary<List<LedgerEntry>> ledgers() {
        Arbitrary<String> text = Arbitraries.strings().ofMaxLength(12);
        return Combinators.combine(text, text, text, Arbitraries.longs().between(0, 4_000_000_000_000L))
                .as((run, kind, body, micros) ->
                        new LedgerEntry(0, Instant.EPOCH.plusNanos(micros * 1000), run, kind, body, "", ""))
                .list()
                .ofMinSize(3)
                .ofMaxSize(12)
                .map(LedgerExportTest::chained);
    }

    @Property(tries = TRIES)
    void anUntouchedLedger_isIntact(@ForAll("ledgers") List<LedgerEntry> ledger) {
        Chain.Verdict verdict = LedgerExport.verify(LedgerExport.lines(ledger, Map.of()));

        assertThat(verdict.problem()).isEmpty();
        assertThat(verdict.entries()).isEqualTo(ledger.size());
    }

    @Property(tries = TRIES)
    void anAlteredEntry_isNamed(
            @ForAll("ledgers") List<LedgerEntry> ledger, @ForAll int where, @ForAll @IntRange(max = 4) int field) {
        int at = Math.floorMod(where, ledger.size());
        List<LedgerEntry> altered = new ArrayList<>(ledger);
        altered.set(at, altered(ledger.get(at), field));

        problemNames(LedgerExport.verify(replaced(ledger, altered)), "entry " + (at + 1));
    }

    @Property(tries = TRIES)
    void anEntryAlteredAndSealedAnew_isOneOfTheTwoNamed(
            @ForAll("ledgers") List<LedgerEntry> ledger, @ForAll int where) {
        int at = Math.floorMod(where, ledger.size());
        List<LedgerEntry> altered = new ArrayList<>(ledger);
        LedgerEntry changed = altered(ledger.get(at), 2);
        altered.set(at, changed.withHash(changed.computedHash()));

        problemNames(LedgerExport.verify(replaced(ledger, altered)), "entry " + (at + 1));
    }

    @Property(tries = TRIES)
    void oneChangedCharacterOfALine_isLocated(
            @ForAll("ledgers") List<LedgerEntry> ledger, @ForAll int where, @ForAll int character) {
        List<String> lines = new ArrayList<>(LedgerExport.lines(ledger, Map.of()));
        int line = 1 + Math.floorMod(where, ledger.size());
        StringBuilder text = new StringBuilder(lines.get(line));
        int at = Math.floorMod(character, text.length());
        text.setCharAt(at, text.charAt(at) == '7' ? '8' : '7');
        lines.set(line, text.toString());

        Chain.Verdict verdict = LedgerExport.verify(lines);

        assertThat(verdict.problem()).isPresent();
        assertThat(verdict.entries()).isEqualTo(line - 1L);
    }

    @Property(tries = TRIES)
    void aRemovedEntry_isNamed(@ForAll("ledgers") List<LedgerEntry> ledger, @ForAll int where) {
        int at = Math.floorMod(where, ledger.size());
        List<LedgerEntry> fewer = new ArrayList<>(ledger);
        fewer.remove(at);

        problemNames(LedgerExport.verify(replaced(ledger, fewer)), "entry " + (at + 1) + " is missing");
    }

    @Property(tries = TRIES)
    void anInsertedCopy_isNamed(@ForAll("ledgers") List<LedgerEntry> ledger, @ForAll int where, @ForAll int which) {
        int at = Math.floorMod(where, ledger.size() + 1);
        LedgerEntry copy = ledger.get(Math.floorMod(which, ledger.size()));
        List<LedgerEntry> more = new ArrayList<>(ledger);
        more.add(at, copy);

        assertThat(LedgerExport.verify(replaced(ledger, more)).problem())
                .hasValueSatisfying(problem -> assertThat(problem).containsAnyOf("inserted", "reordered"));
    }

    @Property(tries = TRIES)
    void anInsertedEntryThatFollowsWell_isFoundAtTheNext(
            @ForAll("ledgers") List<LedgerEntry> ledger, @ForAll int where) {
        int at = Math.floorMod(where, ledger.size());
        LedgerEntry next = ledger.get(at);
        List<LedgerEntry> more = new ArrayList<>(ledger);
        more.add(at, LedgerEntry.after(next.prev(), next.seq(), next.at(), "", "forged", "{}"));

        problemNames(LedgerExport.verify(replaced(ledger, more)), "entry " + (at + 1) + " stands twice");
    }

    @Property(tries = TRIES)
    void twoSwappedEntries_areFoundWhereTheFirstShouldStand(
            @ForAll("ledgers") List<LedgerEntry> ledger, @ForAll int one, @ForAll int other) {
        int first = Math.floorMod(Math.min(one, other), ledger.size());
        int second = Math.floorMod(Math.max(one, other), ledger.size());
        Assume.that(first != second);
        List<LedgerEntry> swapped = new ArrayList<>(ledger);
        Collections.swap(swapped, first, second);

        problemNames(
                LedgerExport.verify(replaced(ledger, swapped)),
                "entry " + (Math.min(first, second) + 1) + " stands after entry");
    }

    @Property(tries = TRIES)
    void aCutEnd_isLocated(@ForAll("ledgers") List<LedgerEntry> ledger, @ForAll int where) {
        int left = Math.floorMod(where, ledger.size());

        problemNames(
                LedgerExport.verify(replaced(ledger, ledger.subList(0, left))),
                "entry " + (left + 1) + " is missing, the last line promises " + ledger.size());
        problemNames(
                LedgerExport.verify(LedgerExport.lines(ledger, Map.of()).subList(0, left + 1)),
                "cut off after entry " + left);
    }

    @Example
    void theFormat_isFrozen() {
        LedgerEntry first = LedgerEntry.after(
                LedgerEntry.BEFORE_THE_FIRST,
                1,
                Instant.parse("2026-11-23T01:00:00.123456Z"),
                "",
                "example",
                "{\"n\":1}");

        assertThat(LedgerExport.lines(List.of(first), Map.of()))
                .containsExactly(
                        "{\"format\":\"storeveil/v1/ledger\"}",
                        "{\"seq\":1,\"at\":\"2026-11-23T01:00:00.123456Z\",\"run\":\"\",\"kind\":\"example\","
                                + "\"body\":\"{\\\"n\\\":1}\",\"prev\":\"" + "0".repeat(64) + "\",\"hash\":\""
                                + first.hash()
                                + "\"}",
                        "{\"entries\":1,\"head\":\"" + first.hash() + "\"}");
        assertThat(first.hash()).isEqualTo("8e78e1989508bc53ee1633c8feba4555ffbcf6111047bdfa03858953a429b730");
    }

    private static void problemNames(Chain.Verdict verdict, String text) {
        assertThat(verdict.problem())
                .hasValueSatisfying(problem -> assertThat(problem).contains(text));
    }

    /** As a forger would: other entries, and the last line left as it was. */
    private static List<String> replaced(List<LedgerEntry> original, List<LedgerEntry> entries) {
        List<String> lines = new ArrayList<>(LedgerExport.lines(entries, Map.of()));
        List<String> honest = LedgerExport.lines(original, Map.of());
        lines.set(lines.size() - 1, honest.get(honest.size() - 1));
        return lines;
    }

    private static LedgerEntry altered(LedgerEntry entry, int field) {
        return switch (field) {
            case 0 ->
                new LedgerEntry(
                        entry.seq(),
                        entry.at(),
                        entry.run() + "x",
                        entry.kind(),
                        entry.body(),
                        entry.prev(),
                        entry.hash());
            case 1 ->
                new LedgerEntry(
                        entry.seq(),
                        entry.at(),
                        entry.run(),
                        entry.kind() + "x",
                        entry.body(),
                        entry.prev(),
                        entry.hash());
            case 2 ->
                new LedgerEntry(
                        entry.seq(),
                        entry.at(),
                        entry.run(),
                        entry.kind(),
                        entry.body() + "x",
                        entry.prev(),
                        entry.hash());
            case 3 ->
                new LedgerEntry(
                        entry.seq(),
                        entry.at().plusNanos(1000),
                        entry.run(),
                        entry.kind(),
                        entry.body(),
                        entry.prev(),
                        entry.hash());
            default ->
                new LedgerEntry(
                        entry.seq(), entry.at(), entry.run(), entry.kind(), entry.body(), "1".repeat(64), entry.hash());
        };
    }

    private static List<LedgerEntry> chained(List<LedgerEntry> contents) {
        List<LedgerEntry> chain = new ArrayList<>();
        String head = LedgerEntry.BEFORE_THE_FIRST;
        for (LedgerEntry content : contents) {
            LedgerEntry entry = LedgerEntry.after(
                    head, chain.size() + 1L, content.at(), content.run(), content.kind(), content.body());
            chain.add(entry);
            head = entry.hash();
        }
        return chain;
    }
}
