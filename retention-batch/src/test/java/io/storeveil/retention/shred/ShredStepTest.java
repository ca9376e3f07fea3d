package io.storeveil.retention.shred;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeveil.control.KeyStateStore;
import io.storeveil.control.Leases;
import io.storeveil.keys.KeyReference;
import io.storeveil.keys.KeyState;
import io.storeveil.keys.OwnerId;
import io.storeveil.keys.OwnerKey;
import io.storeveil.retention.control.RunRecords;
import io.storeveil.retention.ledger.Ledger;
import io.storeveil.retention.ledger.LedgerEntry;
import io.storeveil.retention.sweep.StepFailed;
import io.storeveil.retention.sweep.SweepContext;
import io.storeveil.retention.testing.NightFixture;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ShredStepTest {

    private static final OwnerId ERASED = new OwnerId("public.customer", List.of(42L));
    private static final OwnerId NEIGHBOUR = new OwnerId("public.customer", List.of(43L));

    private final NightFixture night = new NightFixture();

    private Path directory;
    private SweepContext context;
    private KeyReference leaf;
    private byte[] neighboursKey;

    @BeforeEach
    void aNightThatErasedOnePerson(@TempDir Path temporary) throws Exception {
        directory = temporary;
        context = night.context(directory);
        KeyState state = context.keys().current();
        leaf = state.reference(ERASED);
        neighboursKey = key(state);
        new RunRecords(context.control(), context.clock()).begin(context.run(), "ab12", "os:operator");
        night.journal(context, "delete", "public.customer", "R-2026-0001", leaf);
        night.marker(context);
    }

    @Test
    void theKeyOfAnErasedRowIsGone_andEverybodyElsesIsNot() {
        new ShredStep().run(context);

        KeyState state = context.keys().current();
        assertThat(state.isPunctured(leaf)).isTrue();
        assertThat(key(state)).isEqualTo(neighboursKey);
        assertThat(night.shredded(context)).containsExactly("1 keys up to entry 2");
    }

    @Test
    void theKeysOfOlderCopiesAreGone() {
        new ShredStep().run(context);

        long version = context.keys().currentVersion();
        assertThat(directory.resolve("keks").toFile().list((d, name) -> name.startsWith("kek-")))
                .containsExactly("kek-" + version);
    }

    @Test
    void aSecondRunOfTheStepChangesNothing() {
        new ShredStep().run(context);
        long version = context.keys().currentVersion();

        new ShredStep().run(context);

        assertThat(context.keys().currentVersion()).isEqualTo(version);
        assertThat(ledger()).containsExactly("shredded");
    }

    @Test
    void aSimulatedRunTouchesNoKey() {
        long version = context.keys().currentVersion();

        new ShredStep().run(NightFixture.simulated(context));

        assertThat(context.keys().currentVersion()).isEqualTo(version);
        assertThat(night.shredded(context)).isEmpty();
    }

    @Test
    void withoutADrainNothingIsShredded() {
        night.forgetMarker(context);

        new ShredStep().run(context);

        assertThat(context.keys().current().isPunctured(leaf)).isFalse();
    }

    @Test
    void aStorePutBackFromABackupStopsTheShredding() {
        new ShredStep().run(context);
        night.putBackTheStore(context);

        assertThatThrownBy(() -> new ShredStep().run(context))
                .isInstanceOf(StepFailed.class)
                .hasMessageContaining("put back from a backup");
    }

    enum Crash {
        BEFORE_CLOSING,
        AFTER_CLOSING,
        BEFORE_PUNCTURED_STATE,
        AFTER_PUNCTURED_STATE,
        BEFORE_OLDER_KEYS_GO,
        AFTER_OLDER_KEYS_WENT
    }

    @ParameterizedTest
    @EnumSource(Crash.class)
    void afterACrashAnywhere_theSameStepEndsWhereAnUndisturbedOneEnds(Crash crash) {
        assertThatThrownBy(() -> new ShredStep().run(NightFixture.with(context, new Crashing(context.keys(), crash))))
                .isInstanceOf(IllegalStateException.class);
        assertThat(night.shredded(context)).isEmpty();

        new ShredStep().run(context);

        assertThat(context.keys().current().isPunctured(leaf)).isTrue();
        assertThat(key(context.keys().current())).isEqualTo(neighboursKey);
        assertThat(night.shredded(context)).containsExactly("1 keys up to entry 2");
        assertThat(ledger()).containsExactly("shredded");
    }

    private List<String> ledger() {
        return new Ledger(context.control(), context.clock())
                .entries(context.run().id()).stream().map(LedgerEntry::kind).toList();
    }

    private static byte[] key(KeyState state) {
        return ((OwnerKey.Present) state.ownerKey(NEIGHBOUR)).key().getEncoded();
    }

    /** Stops the process where it is told to. */
    private static final class Crashing implements KeyStateStore {

        private final KeyStateStore real;
        private final Crash where;

        Crashing(KeyStateStore real, Crash where) {
            this.real = real;
            this.where = where;
        }

        @Override
        public KeyState current() {
            return real.current();
        }

        @Override
        public long currentVersion() {
            return real.currentVersion();
        }

        @Override
        public Leases leases() {
            return real.leases();
        }

        @Override
        public void publish(KeyState next) {
            boolean closing = !next.closing().isEmpty();
            crash(closing ? Crash.BEFORE_CLOSING : Crash.BEFORE_PUNCTURED_STATE);
            real.publish(next);
            crash(closing ? Crash.AFTER_CLOSING : Crash.AFTER_PUNCTURED_STATE);
        }

        @Override
        public void destroyOlderKeys() {
            crash(Crash.BEFORE_OLDER_KEYS_GO);
            real.destroyOlderKeys();
            crash(Crash.AFTER_OLDER_KEYS_WENT);
        }

        private void crash(Crash here) {
            if (here == where) {
                throw new IllegalStateException("crashed " + here);
            }
        }
    }
}
