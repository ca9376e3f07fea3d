package io.storeveil.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeveil.control.SealedKeyStateStore.Moment;
import io.storeveil.keys.KeyState;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** From directories to the control database and (what stands in for) Vault. */
class KeyStateMoveTest {

    private static final Duration WAIT = Duration.ofMinutes(1);

    private static final class Killed extends Error {
        private static final long serialVersionUID = 1;
    }

    private final VaultDouble vault = VaultDouble.start();
    private SealedKeyStateStore from;
    private SealedKeyStateStore.Parts old;
    private SealedKeyStateStore to;
    private SealedKeyStateStore.Parts parts;
    private KeyState state;

    @BeforeEach
    void twoPlaces(@TempDir Path disk) {
        KeyStatePlace directories =
                KeyStatePlace.inDirectories(List.of(disk.resolve("one"), disk.resolve("two")), disk.resolve("keys"));
        from = directories.open();
        old = directories.parts();
        state = from.init();
        from.publish(state.puncture(List.of(state.reference(KeyStateStoreContract.OWNER))));
        state = from.current();
        KeyStatePlace place = new KeyStatePlace(
                List.of(KeyStatePlace.CONTROL, disk.resolve("three").toString()),
                "vault:" + vault.transit(),
                ControlCluster.empty("control"),
                new VaultLogin("storeveil", VaultDouble.ROOT, "", "", "approle", "", null, Duration.ofSeconds(20)));
        to = place.open();
        parts = place.parts();
    }

    @AfterEach
    void stop() {
        vault.close();
    }

    @Test
    void theNewPlaceHasEverything_andTheOldOneNothing() {
        assertThat(KeyStateMove.move(from, to, WAIT)).isEqualTo(3);
        assertThat(to.current().encode()).isEqualTo(state.closing(List.of()).encode());
        assertThat(to.problems()).isEmpty();
        nothingIsLeft();
    }

    @Test
    void workersThatStillUseTheOldPlace_areNamed_andNothingIsDone() {
        old.leases().renew("shop-1", 2, WAIT, Instant.now().plus(WAIT));
        assertThatThrownBy(() -> KeyStateMove.move(from, to, WAIT))
                .isInstanceOf(KeyStateUnavailable.class)
                .hasMessageContaining("stop their connectors first")
                .hasMessageContaining("shop-1");
        assertThat(from.problems()).isEmpty();
        assertThat(vault.keys()).isEmpty();
    }

    @Test
    void aPlaceWithAKeyStateOfItsOwn_isLeftAlone_andSoIsTheOldOne() {
        KeyState others = to.init();
        assertThatThrownBy(() -> KeyStateMove.move(from, to, WAIT))
                .isInstanceOf(KeyStateUnavailable.class)
                .hasMessageContaining("holds another key state");
        assertThat(to.current().encode()).isEqualTo(others.encode());
        assertThat(from.problems()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Moment.class)
    void aMoveThatDies_goesOn(Moment moment) {
        SealedKeyStateStore dying = new SealedKeyStateStore(parts, reached -> {
            if (reached == moment) {
                throw new Killed();
            }
        });
        assertThatThrownBy(() -> KeyStateMove.move(from, dying, WAIT)).isInstanceOf(Killed.class);
        assertThat(from.problems()).isEmpty();
        assertThat(KeyStateMove.move(from, to, WAIT)).isEqualTo(3);
        nothingIsLeft();
    }

    @Test
    void aMoveThatDiesWhileTheOldPlaceIsCleared_goesOn() {
        to.init(state.closing(List.of()));
        try (Pointer.Turn turn = old.pointer().take()) {
            turn.swap(old.pointer().current(), Edition.MOVED);
        }
        assertThat(KeyStateMove.move(from, to, WAIT)).isEqualTo(3);
        nothingIsLeft();
    }

    private void nothingIsLeft() {
        assertThatThrownBy(from::current)
                .isInstanceOf(KeyStateUnavailable.class)
                .hasMessageContaining("was moved to another place");
        assertThatThrownBy(from::init).isInstanceOf(KeyStateUnavailable.class);
        assertThat(old.keys().editions()).isEmpty();
        old.copies().forEach(copy -> assertThat(copy.editions()).isEmpty());
    }
}
