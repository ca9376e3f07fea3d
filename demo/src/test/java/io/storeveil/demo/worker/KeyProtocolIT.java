package io.storeveil.demo.worker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.storeveil.control.Database;
import io.storeveil.control.KeyStatePlace;
import io.storeveil.control.Leases;
import io.storeveil.control.SealedKeyStateStore;
import io.storeveil.demo.parts.ConnectWorker;
import io.storeveil.demo.stack.Scene;
import io.storeveil.demo.stack.Stack;
import io.storeveil.demo.stack.Topics;
import io.storeveil.keys.KeyReference;
import io.storeveil.keys.KeyState;
import io.storeveil.keys.OwnerId;
import io.storeveil.protect.CannotOpen;
import io.storeveil.protect.Ciphertext;
import io.storeveil.protect.FieldContext;
import io.storeveil.protect.Opened;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The key protocol between real workers of one group, which share a key state in the control database, and one who
 * shreds. After every shred, whatever the fault: nothing that reached Kafka since opens under the lost leaf, not even for
 * somebody who kept the state from before; everybody else's values do. A worker that stands still is cut off from its task
 * meanwhile, and what it had handed on but not sent must not arrive: {@code exactly.once.source.support} sees to that.
 */
@ExtendWith(Stack.class)
class KeyProtocolIT {

    private static final Duration LEASE = Duration.ofMillis(2_500);
    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final int NEIGHBOUR = 1;
    private static final FieldContext EMAIL =
            new FieldContext("shop", "public.customer", "email", "public.customer.email");

    enum Fault {
        /** Both workers live and answer. */
        NONE,
        /** The task's worker stands still while its lease runs out, and goes on when all is over. */
        STALLED,
        /** No worker reaches the key state while the lease runs out. */
        PARTITIONED,
        /** The task's worker dies. */
        KILLED
    }

    private static SealedKeyStateStore store;
    private static ConnectWorker second;
    private static @Nullable ConnectWorker silent;
    private static int person = NEIGHBOUR;
    private static int changes;

    @BeforeAll
    static void twoWorkersAndOneState(Scene scene) {
        Database control =
                new Database(scene.control().jdbcUrl(), scene.control().user(), "");
        String copy = scene.folder().resolve("copy").toString();
        String keys = scene.folder().resolve("sealing-keys").toString();
        store = new KeyStatePlace(List.of(KeyStatePlace.CONTROL, copy), keys, control, null).open();
        store.init();
        second = scene.secondWorker();
        scene.execute(Policies.TABLES);
        scene.policy(Policies.CUSTOMERS);
        insert(scene, NEIGHBOUR);
        scene.start(scene.source(Map.of(
                "transforms.protect.keys.copies",
                KeyStatePlace.CONTROL,
                "transforms.protect.keys.key-encryption-keys",
                keys,
                "transforms.protect.control.url",
                control.url(),
                "transforms.protect.control.user",
                control.user(),
                "transforms.protect.keys.poll.ms",
                "300",
                "transforms.protect.lease.ms",
                String.valueOf(LEASE.toMillis()))));
        scene.await("the first row", () -> scene.records("customer").size() == 1);
    }

    @ParameterizedTest
    @EnumSource
    void afterAShred_nothingNewOpensUnderTheLostLeaf(Fault fault, Scene scene) {
        shredUnder(fault, scene);
    }

    @Tag("soak")
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void faultAfterFault_inAnyOrder(long seed, Scene scene) {
        Random random = new Random(seed);
        for (int round = 0; round < 8; round++) {
            shredUnder(Fault.values()[random.nextInt(Fault.values().length)], scene);
        }
    }

    private static void shredUnder(Fault fault, Scene scene) {
        int erased = ++person;
        insert(scene, erased);
        KeyState before = store.current();
        KeyReference leaf = before.reference(owner(erased));
        scene.awaitWhatever("a value that opens", () -> opening(scene, before, leaf, 0) > 0);
        ConnectWorker at = workerOfTheTask(scene);

        begin(fault, scene, at);
        // What waits for a worker that stands still must not come out under the keys that it had.
        change(scene, erased);
        shred(fault, scene, at, leaf);
        int sinceShredded = scene.records("customer").size();
        change(scene, erased);
        end(fault, scene, at);

        change(scene, NEIGHBOUR);
        int last = changes;
        scene.awaitWhatever("the last change", () -> {
            restartIfStopped(scene);
            KeyState now = store.current();
            return scene.records("customer").stream().anyMatch(record -> opens(now, NEIGHBOUR, last, record));
        });
        assertThat(opening(scene, before, leaf, 0))
                .as("the state from before opens what came before")
                .isPositive();
        assertThat(opening(scene, before, leaf, sinceShredded))
                .as("records since the shred under the lost leaf")
                .isZero();
        assertThat(opening(scene, store.current(), leaf, 0)).isZero();
    }

    private static void begin(Fault fault, Scene scene, ConnectWorker at) {
        silent = fault == Fault.STALLED || fault == Fault.KILLED ? at : null;
        switch (fault) {
            case NONE -> assertThat(store.leases().held()).isNotEmpty();
            case STALLED -> {
                // some of these are in its producer when it stops, under the key that it has
                changeOften(scene, person);
                at.jvm().pause();
            }
            case PARTITIONED -> scene.control().refuse();
            case KILLED -> at.jvm().kill();
        }
    }

    private static void shred(Fault fault, Scene scene, ConnectWorker at, KeyReference leaf) {
        if (fault == Fault.PARTITIONED) {
            stopsByItself(scene);
            scene.control().accept();
        }
        store.publish(store.current().closing(Set.of(leaf)));
        if (fault == Fault.STALLED || fault == Fault.KILLED) {
            assertThat(store.leases().held())
                    .extracting(Leases.Held::version)
                    .anyMatch(version -> version < store.currentVersion());
        }
        store.leases().awaitVersion(store.currentVersion(), PATIENCE);
        if (fault == Fault.STALLED) {
            awaitAnotherWorker(scene, at);
        }
        KeyState punctured = store.current().puncture(Set.of(leaf));
        store.publish(punctured);
        store.leases().awaitVersion(punctured.version(), PATIENCE);
        store.destroyOlderKeys();
    }

    /** The lease runs out, a lease's time is waited, and the task stops; the log of its worker says why. */
    private static void stopsByItself(Scene scene) {
        scene.awaitWhatever("a task that stops without its key state", () -> {
            change(scene, NEIGHBOUR);
            return task(scene).path("state").asText().equals("FAILED");
        });
        assertThat(task(scene).path("trace").asText())
                .contains("ProtectionStopped")
                .contains("the lease on the key state is lost");
    }

    private static void end(Fault fault, Scene scene, ConnectWorker at) {
        switch (fault) {
            case NONE -> {}
            case STALLED -> at.jvm().resume();
            case PARTITIONED -> restartIfStopped(scene);
            case KILLED -> at.startAgain();
        }
        silent = null;
    }

    private static void restartIfStopped(Scene scene) {
        if (task(scene).path("state").asText().equals("FAILED")) {
            running(scene).call("POST", "/connectors/" + scene.prefix() + "-source/tasks/0/restart", null);
        }
    }

    private static ConnectWorker workerOfTheTask(Scene scene) {
        scene.awaitWhatever("a running task", () -> {
            restartIfStopped(scene);
            return task(scene).path("state").asText().equals("RUNNING");
        });
        String worker = task(scene).path("worker_id").asText();
        return worker.endsWith(":" + second.url().getPort()) ? second : scene.worker();
    }

    private static void awaitAnotherWorker(Scene scene, ConnectWorker than) {
        scene.awaitWhatever("the task at another worker", () -> {
            JsonNode task = task(scene);
            return task.path("state").asText().equals("RUNNING")
                    && !task.path("worker_id")
                            .asText()
                            .endsWith(":" + than.url().getPort());
        });
    }

    private static JsonNode task(Scene scene) {
        return running(scene).status(scene.prefix() + "-source").path("tasks").path(0);
    }

    private static ConnectWorker running(Scene scene) {
        return scene.worker().equals(silent) ? second : scene.worker();
    }

    /** How many records from this one on carry a value that this state opens under this very leaf. */
    private static long opening(Scene scene, KeyState state, KeyReference leaf, int from) {
        List<Topics.Record> records = scene.records("customer");
        List<String> opened = new ArrayList<>();
        for (Topics.Record record : records.subList(from, records.size())) {
            String email = record.value().path("after").path("email").asText();
            try {
                if (Ciphertext.reference(email).equals(leaf)
                        && Ciphertext.open(state, EMAIL, email) instanceof Opened.Value) {
                    opened.add(email);
                }
            } catch (CannotOpen erasedOrAbsent) {
                continue;
            }
        }
        return opened.size();
    }

    private static boolean opens(KeyState state, int who, int change, Topics.Record record) {
        String email = record.value().path("after").path("email").asText();
        try {
            return Ciphertext.open(state, EMAIL, email) instanceof Opened.Value value
                    && value.value().equals("p" + who + "-" + change + "@store.example");
        } catch (CannotOpen another) {
            return false;
        }
    }

    private static void insert(Scene scene, int who) {
        changes++;
        scene.execute("insert into customer values (%d, 'p%d-%d@store.example', 'P', 'x', now())"
                .formatted(who, who, changes));
    }

    private static void change(Scene scene, int who) {
        changes++;
        scene.execute("update customer set email = 'p%d-%d@store.example' where id = %d".formatted(who, changes, who));
    }

    private static void changeOften(Scene scene, int who) {
        changes++;
        scene.execute(
                """
                do $$ begin for i in 1..100 loop
                    update customer set email = 'p%1$d-%2$d-' || i || '@store.example' where id = %1$d; commit;
                end loop; end $$"""
                        .formatted(who, changes));
    }

    private static OwnerId owner(int who) {
        return new OwnerId("public.customer", List.of((long) who));
    }
}
