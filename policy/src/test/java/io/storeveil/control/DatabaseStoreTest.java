package io.storeveil.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeveil.control.SealedKeyStateStore.Moment;
import io.storeveil.keys.KeyState;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One copy, the pointer and the leases in the control database; the other copy and the keys in directories. */
class DatabaseStoreTest extends KeyStateStoreContract {

    private Database database;
    private Path keys;

    @Override
    KeyStatePlace place(Path disk) {
        database = ControlCluster.empty("control");
        keys = disk.resolve("keys");
        return new KeyStatePlace(
                List.of(KeyStatePlace.CONTROL, disk.resolve("two").toString()), keys.toString(), database, null);
    }

    @Override
    void losePointer() {
        ControlCluster.run(database, "update storeveil.key_state set version = -1");
    }

    @ParameterizedTest
    @EnumSource(
            value = Moment.class,
            names = {"KEY_WRITTEN", "COPY_WRITTEN", "COPIES_VERIFIED"})
    void aWriterThatIsCutOff_andComesBackAfterAnother_publishesNothingAndHarmsNothing(Moment moment) {
        KeyState first = store.init();
        KeyState others = first.closing(List.of(first.reference(OWNER)));
        AtomicBoolean once = new AtomicBoolean();
        SealedKeyStateStore stalled = new SealedKeyStateStore(parts, reached -> {
            if (reached == moment && once.compareAndSet(false, true)) {
                cutOffTheWriter();
                store.publish(others);
            }
        });
        assertThatThrownBy(() -> stalled.publish(first.closing(List.of()))).isInstanceOf(KeyStateUnavailable.class);

        assertThat(store.current().encode()).isEqualTo(others.encode());
        assertThat(store.problems()).isEmpty();
        store.destroyOlderKeys();
        onlyTheCurrentEditionIsLeft();
    }

    @Test
    void aWriterWhoseTurnIsOver_swapsNothing_alsoWhereNothingElseChanged() {
        KeyState first = store.init();
        SealedKeyStateStore late = new SealedKeyStateStore(parts, reached -> {
            if (reached == Moment.COPIES_VERIFIED) {
                ControlCluster.run(database, "update storeveil.key_state set newest_turn = newest_turn + 1");
            }
        });
        assertThatThrownBy(() -> late.publish(first.closing(List.of())))
                .isInstanceOf(KeyStateUnavailable.class)
                .hasMessageContaining("another writer took over");
        assertThat(store.currentVersion()).isEqualTo(1);
    }

    @Test
    void aSwapOfWhichNobodyKnowsWhetherItHappened_losesNothing() {
        KeyState first = store.init();
        KeyState next = first.closing(List.of());
        SealedKeyStateStore interrupted = new SealedKeyStateStore(parts, reached -> {
            if (reached == Moment.COPIES_VERIFIED) {
                cutOffTheWriter();
            }
        });
        assertThatThrownBy(() -> interrupted.publish(next))
                .isInstanceOf(KeyStateUnavailable.class)
                .hasMessageContaining("cannot be reached");
        // were the statement still on its way, what it points at would be there
        assertThat(parts.keys().editions()).hasSize(2);
        store.publish(next);
        store.destroyOlderKeys();
        onlyTheCurrentEditionIsLeft();
    }

    @Test
    void aWorkerWithThreeGrantsAndOneCopy_readsAndLeases_andCannotWrite() throws Exception {
        store.init();
        ControlCluster.run(
                database,
                """
                drop role if exists worker_of_the_test;
                create role worker_of_the_test login password 'w';
                grant usage on schema storeveil to worker_of_the_test;
                grant select on storeveil.key_state, storeveil.key_state_copy to worker_of_the_test;
                grant select, insert, update, delete on storeveil.key_lease, storeveil.key_noticed
                    to worker_of_the_test""");
        try {
            KeyStatePlace workers = new KeyStatePlace(
                    List.of(KeyStatePlace.CONTROL),
                    keys.toString(),
                    new Database(database.url(), "worker_of_the_test", "w"),
                    null);
            KeyStateStore reading = workers.openToRead();
            try (KeyStateWatcher watcher =
                    KeyStateWatcher.open(reading, Duration.ofSeconds(10), Duration.ofSeconds(60))) {
                assertThat(watcher.keyring().version()).isEqualTo(1);
                assertThat(store.leases().held()).hasSize(1);
            }
            assertThatThrownBy(() -> workers.parts().pointer().take())
                    .isInstanceOf(KeyStateUnavailable.class)
                    .hasMessageContaining("SQLSTATE 42501");
            assertThatThrownBy(workers::open).isInstanceOf(IllegalArgumentException.class);
        } finally {
            ControlCluster.run(database, "drop owned by worker_of_the_test; drop role worker_of_the_test");
        }
    }

    @Test
    void aLease_isJudgedByTheDatabasesClockAlone() {
        store.init();
        parts.leases().renew("in-the-past", 1, Duration.ofMinutes(1), Instant.parse("1999-01-01T00:00:00Z"));
        assertThat(store.leases().held()).extracting(Leases.Held::worker).containsExactly("in-the-past");
    }

    @Test
    void aLeaseThatHasRunOut_isKeptForTheDifferenceOfTwoClocks_andThenNoMore() {
        store.init();
        parts.leases().renew("dead", 1, Duration.ofMillis(1), Instant.now());
        assertThat(store.leases().held()).hasSize(1);
        ControlCluster.run(database, "update storeveil.key_lease set until = until - interval '5 seconds'");
        assertThat(store.leases().held()).isEmpty();
    }

    @Test
    void aCopyOfManyParts_comesBackWhole() {
        store.init();
        byte[] large = new byte[20_000_001];
        new Random(7).nextBytes(large);
        Edition edition = new Edition(9, 9);
        StateCopy copy = parts.copies().get(0);
        copy.create(edition, large);
        assertThat(copy.read(edition)).isEqualTo(large);
        assertThatThrownBy(() -> copy.create(edition, large)).isInstanceOf(KeyStateUnavailable.class);
    }

    @Test
    void aDatabaseThatIsGone_isNamedWithoutThePassword() {
        KeyStatePlace nowhere = new KeyStatePlace(
                List.of(KeyStatePlace.CONTROL),
                keys.toString(),
                new Database("jdbc:postgresql://127.0.0.1:1/control", "me", "s3cret-pw"),
                null);
        assertThatThrownBy(() -> nowhere.openToRead().current())
                .isInstanceOf(KeyStateUnavailable.class)
                .hasMessageContaining("jdbc:postgresql://127.0.0.1:1/control cannot be reached")
                .message()
                .doesNotContain("s3cret-pw");
        assertThat(nowhere.toString()).doesNotContain("s3cret-pw");
    }

    private void cutOffTheWriter() {
        ControlCluster.run(
                database,
                """
                select pg_terminate_backend(pid, 10000) from pg_locks
                where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())""");
    }
}
