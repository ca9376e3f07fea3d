package io.storeveil.retention.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import tools.jackson.databind.json.JsonMapper;

/** Whatever is done to one entry of a run's journal is found in an export, with its run and where in it. */
class SealedRunsTest {

    private static final int TRIES = 200;
    private static final String LOST = "no longer in the store";

    /** Two runs, the first of them sealed twice: it broke off and went on. */
    record Night(List<LedgerEntry> entries, Map<String, List<Leaf>> runs) {

        List<String> lines() {
            return LedgerExport.lines(entries, runs);
        }

        List<Leaf> first() {
            return runs.get("shop/1");
        }

        Night with(List<Leaf> other) {
            return new Night(entries, Map.of("shop/1", other, "shop/2", runs.get("shop/2")));
        }
    }

    @Provide
    Arbitrary<Night> nights() {
        return Combinators.combine(
                        Arbitraries.integers().between(1, 9),
                        Arbitraries.integers().between(0, 9),
                        Arbitraries.integers().between(1, 9))
                .as(SealedRunsTest::night);
    }

    @Property(tries = TRIES)
    void anUntouchedExport_isIntact(@ForAll("nights") Night night) {
        assertThat(LedgerExport.verify(night.lines()).problem()).isEmpty();
    }

    @Property(tries = TRIES)
    void anAlteredEntry_isNamedWithItsRun(@ForAll("nights") Night night, @ForAll int where) {
        int at = Math.floorMod(where, night.first().size());
        Leaf leaf = night.first().get(at);

        problemNames(
                changed(night, at, new Leaf(leaf.run(), at, leaf.journal(), leaf.hash(), leaf.line() + " ")),
                "run shop/1: journal entry " + leaf.journal() + " is not what was sealed");
    }

    @Property(tries = TRIES)
    void anEntryAlteredTogetherWithItsHash_isFoundInItsRun(@ForAll("nights") Night night, @ForAll int where) {
        int at = Math.floorMod(where, night.first().size());
        String line = line(night.first().get(at).journal(), "forged");

        problemNames(
                changed(night, at, new Leaf("shop/1", at, night.first().get(at).journal(), RunRoots.hash(line), line)),
                "run shop/1: its journal entries do not lead to the root in entry ");
    }

    @Property(tries = TRIES)
    void anEntryThatTheStoreHasNoMore_isNamed(@ForAll("nights") Night night, @ForAll int where) {
        int at = Math.floorMod(where, night.first().size());
        Leaf leaf = night.first().get(at);

        problemNames(
                changed(night, at, new Leaf("shop/1", at, leaf.journal(), leaf.hash(), null)),
                "run shop/1: journal entry " + leaf.journal() + " is " + LOST);
    }

    @Property(tries = TRIES)
    void aRemovedLine_isLocated(@ForAll("nights") Night night, @ForAll int where) {
        List<String> lines = night.lines();
        List<Integer> leaves = leaves(lines, "shop/1");
        int at = Math.floorMod(where, leaves.size());
        lines.remove((int) leaves.get(at));

        problemNames(LedgerExport.verify(lines), "run shop/1: its journal entry at position " + at + " is missing");
    }

    @Property(tries = TRIES)
    void aLineThatStandsTwice_isFound(@ForAll("nights") Night night, @ForAll int where, @ForAll int which) {
        List<String> lines = night.lines();
        List<Integer> leaves = leaves(lines, "shop/1");
        String copy = lines.get(leaves.get(Math.floorMod(which, leaves.size())));
        lines.add(1 + Math.floorMod(where, lines.size() - 2), copy);

        assertThat(LedgerExport.verify(lines).problem())
                .hasValueSatisfying(problem ->
                        assertThat(problem).contains("run shop/1").containsAnyOf("inserted", "reordered", "removed"));
    }

    @Property(tries = TRIES)
    void twoSwappedLines_areFound(@ForAll("nights") Night night, @ForAll int one, @ForAll int other) {
        List<String> lines = night.lines();
        List<Integer> leaves = leaves(lines, "shop/1");
        int first = Math.floorMod(one, leaves.size());
        int second = Math.floorMod(other, leaves.size());
        Assume.that(first != second);
        Collections.swap(lines, leaves.get(first), leaves.get(second));

        problemNames(
                LedgerExport.verify(lines), "run shop/1: its journal entry at position " + Math.min(first, second));
    }

    @Property(tries = TRIES)
    void oneChangedCharacter_isLocated(@ForAll("nights") Night night, @ForAll int where, @ForAll int character) {
        List<String> lines = night.lines();
        List<Integer> leaves = leaves(lines, "shop/1");
        int at = leaves.get(Math.floorMod(where, leaves.size()));
        StringBuilder text = new StringBuilder(lines.get(at));
        int changed = Math.floorMod(character, text.length());
        text.setCharAt(changed, text.charAt(changed) == '7' ? '8' : '7');
        lines.set(at, text.toString());

        assertThat(LedgerExport.verify(lines).problem()).hasValueSatisfying(problem -> assertThat(problem)
                .containsAnyOf("run shop/", "line " + (at + 1) + " "));
    }

    @Property(tries = TRIES)
    void anExportThatIsCutOff_isLocated(@ForAll("nights") Night night, @ForAll int where) {
        List<String> lines = night.lines();

        assertThat(LedgerExport.verify(lines.subList(0, 1 + Math.floorMod(where, lines.size() - 1)))
                        .problem())
                .hasValueSatisfying(problem -> assertThat(problem).contains("cut off"));
    }

    /** Not even by the one who writes the seal: an earlier seal of the run says what it had done by then. */
    @Property(tries = TRIES)
    void whatWasSealedOnce_isNotTakenBackByALaterSeal(@ForAll("nights") Night night, @ForAll int where) {
        int at = Math.floorMod(
                where, (int) RunSeal.sealed(night.entries().get(1)).leaves());
        List<Leaf> other = new ArrayList<>(night.first());
        String line = line(other.get(at).journal(), "forged");
        other.set(at, new Leaf("shop/1", at, other.get(at).journal(), RunRoots.hash(line), line));
        List<LedgerEntry> entries = new ArrayList<>(night.entries().subList(0, 2));
        add(entries, "shop/1", RunSeal.KIND, RunSeal.body(other));

        problemNames(
                LedgerExport.verify(LedgerExport.lines(entries, Map.of("shop/1", other))),
                "run shop/1: its journal entries do not lead to the root in entry 2");
    }

    @Property(tries = TRIES)
    void everyEntrysProof_leadsToTheRoot_andToNoOther(
            @ForAll @IntRange(min = 1, max = 70) int size, @ForAll int which, @ForAll int other) {
        List<Leaf> run = leaves("shop/1", 0, size);
        Leaf leaf = run.get(Math.floorMod(which, size));
        String proof = Inclusion.prove(run, leaf, new RunSeal.Sealed(size, RunSeal.root(run), 2, ""));

        assertThat(Inclusion.problem(LedgerExport.parsed(proof))).isEmpty();
        assertThat(Inclusion.problem(LedgerExport.parsed(proof.replace("honest", "forged"))))
                .isPresent();
        int elsewhere = Math.floorMod(other, size);
        Assume.that(elsewhere != leaf.position());
        assertThat(Inclusion.problem(LedgerExport.parsed(
                        proof.replace("\"position\":" + leaf.position(), "\"position\":" + elsewhere))))
                .isPresent();
    }

    /** The tree of RFC 6962's own implementation, certificate-transparency, over its eight test leaves. */
    @Example
    void theRoots_areThoseOfCertificateTransparency() {
        List<byte[]> leaves = List.of(
                        "",
                        "00",
                        "10",
                        "2021",
                        "3031",
                        "40414243",
                        "5051525354555657",
                        "606162636465666768696a6b6c6d6e6f")
                .stream()
                .map(hex -> MerkleTree.leaf(HexFormat.of().parseHex(hex)))
                .toList();

        assertThat(HexFormat.of().formatHex(MerkleTree.root(List.of())))
                .isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        assertThat(HexFormat.of().formatHex(MerkleTree.root(leaves.subList(0, 1))))
                .isEqualTo("6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
        assertThat(HexFormat.of().formatHex(MerkleTree.root(leaves)))
                .isEqualTo("5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");
    }

    private static Night night(int before, int after, int other) {
        List<LedgerEntry> entries = new ArrayList<>();
        List<Leaf> first = leaves("shop/1", 0, before + after);
        List<Leaf> second = leaves("shop/2", 100, other);
        add(entries, "shop/1", "rule-approved", Map.of());
        add(entries, "shop/1", RunSeal.KIND, RunSeal.body(first.subList(0, before)));
        add(entries, "shop/1", "report-written", Map.of());
        add(entries, "shop/1", RunSeal.KIND, RunSeal.body(first));
        add(entries, "shop/2", RunSeal.KIND, RunSeal.body(second));
        add(entries, "shop/2", "report-written", Map.of());
        return new Night(entries, Map.of("shop/1", first, "shop/2", second));
    }

    private static List<Leaf> leaves(String run, int from, int number) {
        return IntStream.range(0, number)
                .mapToObj(i -> {
                    String line = line(from + 2L * i, "honest");
                    return new Leaf(run, i, from + 2L * i, RunRoots.hash(line), line);
                })
                .toList();
    }

    private static String line(long journal, String rule) {
        return "{\"journal\":" + journal + ",\"rule\":\"" + rule + "\"}";
    }

    private static void add(List<LedgerEntry> entries, String run, String kind, Map<String, ?> body) {
        LedgerEntry last = entries.isEmpty() ? null : entries.get(entries.size() - 1);
        entries.add(LedgerEntry.after(
                last == null ? LedgerEntry.BEFORE_THE_FIRST : last.hash(),
                entries.size() + 1L,
                Instant.parse("2026-11-23T01:00:00Z"),
                run,
                kind,
                JsonMapper.shared().writeValueAsString(new java.util.TreeMap<>(body))));
    }

    private static Chain.Verdict changed(Night night, int at, Leaf leaf) {
        List<Leaf> other = new ArrayList<>(night.first());
        other.set(at, leaf);
        return LedgerExport.verify(night.with(other).lines());
    }

    private static List<Integer> leaves(List<String> lines, String run) {
        return IntStream.range(0, lines.size())
                .filter(i -> lines.get(i).startsWith("{\"run\":\"" + run + "\",\"position\""))
                .boxed()
                .toList();
    }

    private static void problemNames(Chain.Verdict verdict, String text) {
        assertThat(verdict.problem())
                .hasValueSatisfying(problem -> assertThat(problem).contains(text));
    }
}
