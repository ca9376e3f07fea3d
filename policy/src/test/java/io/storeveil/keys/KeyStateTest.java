package io.storeveil.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class KeyStateTest {

    private static final OwnerId OWNER = OwnerId.of("public.customer", List.of(42));

    private final KeyState first = KeyState.create();

    @Test
    void twoFreshStates_shareNothing() {
        KeyState other = KeyState.create();
        assertThat(other.ownerKey(OWNER)).isNotEqualTo(first.ownerKey(OWNER));
        assertThat(other.reference(OWNER)).isNotEqualTo(first.reference(OWNER));
        assertThat(other.domainKey("d")).isNotEqualTo(first.domainKey("d"));
    }

    @Test
    void aNextGeneration_hasAnotherKey_andTheErasedOneStaysErased() {
        KeyReference erased = first.reference(OWNER);
        OwnerKey before = first.ownerKey(OWNER);
        KeyState state = first.puncture(List.of(erased)).nextGeneration(OWNER);
        assertThat(state.ownerKey(OWNER)).isInstanceOf(OwnerKey.Present.class).isNotEqualTo(before);
        assertThat(state.reference(OWNER)).isNotEqualTo(erased);
        assertThat(state.ownerKey(erased)).isInstanceOf(OwnerKey.Erased.class);
        assertThat(state.ownerKey(OwnerId.of("public.customer", List.of(43))))
                .isEqualTo(first.ownerKey(OwnerId.of("public.customer", List.of(43))));
    }

    @Test
    void aNextGenerationOfALivingOrClosingOwner_isRefused() {
        KeyState closing = first.closing(List.of(first.reference(OWNER)));
        for (KeyState state : List.of(first, closing)) {
            assertThatThrownBy(() -> state.nextGeneration(OWNER))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("an owner of kind public.customer has a key that is not destroyed; a next generation is"
                            + " opened only after an erasure");
        }
    }

    @Test
    void theLastGeneration_isThe256th() {
        KeyState state = first;
        for (int generation = 0; generation < 255; generation++) {
            state = state.puncture(List.of(state.reference(OWNER))).nextGeneration(OWNER);
        }
        KeyState last = state.puncture(List.of(state.reference(OWNER)));
        assertThatThrownBy(() -> last.nextGeneration(OWNER))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("an owner of kind public.customer has used all 256 generations");
    }

    @Test
    void everyChange_isTheNextVersion() {
        KeyState state = first.closing(List.of(first.reference(OWNER)));
        assertThat(first.version()).isEqualTo(1);
        assertThat(state.version()).isEqualTo(2);
        assertThat(state.puncture(List.of()).version()).isEqualTo(3);
    }

    @Test
    void whatIsAlreadyGone_closesAndPuncturesAgainWithoutEffect() {
        List<KeyReference> leaf = List.of(first.reference(OWNER));
        KeyState gone = first.puncture(leaf);
        assertThat(gone.closing(leaf).closing()).isEmpty();
        assertThat(gone.puncture(leaf).encode()).hasSameSizeAs(gone.encode());
    }

    @Test
    void damagedBytes_areRefused() {
        byte[] whole = first.puncture(List.of(first.reference(OWNER))).encode();
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> KeyState.decode(cut)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> KeyState.decode(Arrays.copyOf(whole, whole.length + 1)))
                .hasMessage("1 bytes follow the key state's end");
        byte[] newer = whole.clone();
        newer[4] = 2;
        assertThatThrownBy(() -> KeyState.decode(newer))
                .hasMessage("the key state has format 2; this release reads format 1");
    }

    @Test
    void manyThreads_deriveWhatOneDoes() throws Exception {
        List<OwnerId> owners = new ArrayList<>();
        for (int id = 0; id < 500; id++) {
            owners.add(OwnerId.of("public.customer", List.of(id * 1000L)));
            owners.add(OwnerId.of("public.guest", List.of("guest-" + id)));
        }
        KeyState same = KeyState.decode(first.encode());
        List<OwnerKey> alone = owners.stream().map(same::ownerKey).toList();
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<List<OwnerKey>>> all = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                all.add(threads.submit(
                        () -> owners.stream().map(first::ownerKey).toList()));
            }
            for (Future<List<OwnerKey>> each : all) {
                assertThat(each.get()).isEqualTo(alone);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void words_holdNoSecret() {
        OwnerKey.Present present = (OwnerKey.Present) first.ownerKey(OWNER);
        assertThat(present).hasToString("Present[" + present.reference() + "]");
        assertThat(first).hasToString("KeyState[version=1]");
    }
}
