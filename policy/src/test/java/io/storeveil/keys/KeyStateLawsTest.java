package io.storeveil.keys;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.crypto.SecretKey;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class KeyStateLawsTest {

    private final KeyState first = KeyState.create();

    @Property(tries = 100)
    void aPuncturedLeaf_neverDerivesAgain_andEveryOtherKeyStays(
            @ForAll("owners") List<OwnerId> owners, @ForAll List<Set<Integer>> rounds) {
        Map<OwnerId, OwnerKey> before = keys(first, owners);
        Set<OwnerId> gone = new HashSet<>();
        KeyState state = first;
        for (Set<Integer> round : rounds) {
            List<KeyReference> leaves = new ArrayList<>();
            for (int pick : round) {
                OwnerId owner = owners.get(Math.floorMod(pick, owners.size()));
                gone.add(owner);
                leaves.add(state.reference(owner));
            }
            state = state.puncture(leaves);
            for (KeyState each : List.of(state, KeyState.decode(state.encode()))) {
                before.forEach((owner, key) -> {
                    OwnerKey expected = gone.contains(owner) ? new OwnerKey.Erased() : key;
                    assertThat(each.ownerKey(owner)).isEqualTo(expected);
                    assertThat(each.ownerKey(first.reference(owner))).isEqualTo(expected);
                    assertThat(each.isPunctured(first.reference(owner))).isEqualTo(gone.contains(owner));
                });
            }
        }
    }

    @Property(tries = 100)
    void punctureAllAtOnce_isTheSameStateAsOneByOne(@ForAll("owners") List<OwnerId> owners) {
        KeyState oneByOne = first;
        for (OwnerId owner : owners) {
            oneByOne = oneByOne.puncture(List.of(first.reference(owner)));
        }
        KeyState atOnce = first.puncture(references(owners));
        for (int more = 1; more < owners.size(); more++) {
            atOnce = atOnce.puncture(List.of());
        }
        assertThat(oneByOne.encode()).isEqualTo(atOnce.encode());
    }

    @Property(tries = 100)
    void decodeOfEncode_isTheSameState(@ForAll("owners") List<OwnerId> owners) {
        List<KeyReference> leaves = references(owners);
        KeyState state = first.puncture(leaves.subList(0, (leaves.size() + 1) / 2))
                .closing(leaves)
                .nextGeneration(owners.get(0));
        KeyState read = KeyState.decode(state.encode());
        assertThat(read.version()).isEqualTo(state.version()).isEqualTo(4);
        assertThat(read.closing()).isEqualTo(state.closing());
        assertThat(read.domainKey("public.customer.id")).isEqualTo(state.domainKey("public.customer.id"));
        assertThat(read.reference(owners.get(0))).isEqualTo(state.reference(owners.get(0)));
        assertThat(read.encode()).isEqualTo(state.encode());
    }

    @Property(tries = 200)
    void differentOwners_haveDifferentKeysAndReferences(@ForAll("owners") List<OwnerId> owners) {
        Set<OwnerId> different = new HashSet<>(owners);
        Set<SecretKey> keys = new HashSet<>();
        Set<KeyReference> references = new HashSet<>();
        for (OwnerId owner : different) {
            OwnerKey.Present present = (OwnerKey.Present) first.ownerKey(owner);
            keys.add(present.key());
            references.add(present.reference());
        }
        assertThat(keys).hasSameSizeAs(different);
        assertThat(references).hasSameSizeAs(different);
    }

    @Property(tries = 200)
    void aReference_findsTheKeyItCameWith(@ForAll("owners") List<OwnerId> owners) {
        for (OwnerId owner : owners) {
            OwnerKey.Present present = (OwnerKey.Present) first.ownerKey(owner);
            assertThat(present.reference()).isEqualTo(first.reference(owner));
            assertThat(first.ownerKey(present.reference())).isEqualTo(present);
        }
    }

    @Property(tries = 50)
    void closing_erasesUntilPuncture_andNobodyElse(@ForAll("owners") List<OwnerId> owners) {
        List<OwnerId> different = List.copyOf(new HashSet<>(owners));
        List<OwnerId> leaving = different.subList(0, different.size() / 2);
        KeyState closing = first.closing(references(leaving));
        KeyState punctured = closing.puncture(references(leaving));
        Map<OwnerId, OwnerKey> before = keys(first, different);
        for (OwnerId owner : different) {
            OwnerKey expected =
                    leaving.contains(owner) ? new OwnerKey.Erased() : before.getOrDefault(owner, new OwnerKey.Erased());
            assertThat(closing.ownerKey(owner)).isEqualTo(expected);
            assertThat(closing.isPunctured(first.reference(owner))).isFalse();
            assertThat(punctured.ownerKey(owner)).isEqualTo(expected);
        }
        assertThat(closing.closing()).hasSize(leaving.size());
        assertThat(punctured.closing()).isEmpty();
    }

    private List<KeyReference> references(List<OwnerId> owners) {
        return owners.stream().map(first::reference).toList();
    }

    private static Map<OwnerId, OwnerKey> keys(KeyState state, List<OwnerId> owners) {
        Map<OwnerId, OwnerKey> keys = new HashMap<>();
        owners.forEach(owner -> keys.put(owner, state.ownerKey(owner)));
        return keys;
    }

    /** Neighbours, extremes, texts, composites; of two kinds. */
    @Provide
    static Arbitrary<List<OwnerId>> owners() {
        Arbitrary<Object> number = Arbitraries.oneOf(
                        Arbitraries.longs().between(0, 20),
                        Arbitraries.longs(),
                        Arbitraries.of(Long.MIN_VALUE, -1L, Long.MAX_VALUE))
                .map(value -> value);
        Arbitrary<Object> text = Arbitraries.strings().ascii().ofMaxLength(12).map(value -> value);
        Arbitrary<List<Object>> key = Arbitraries.oneOf(
                number.list().ofSize(1),
                Arbitraries.oneOf(number, text).list().ofMinSize(1).ofMaxSize(3));
        Arbitrary<String> kind = Arbitraries.of("public.customer", "public.orders");
        return Combinators.combine(kind, key)
                .as(OwnerId::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(30);
    }
}
