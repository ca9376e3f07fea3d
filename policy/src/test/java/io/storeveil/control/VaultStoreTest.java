package io.storeveil.control;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** Copies in two databases, and the keys in (what stands in for) Vault: nothing on any worker's disk. */
class VaultStoreTest extends KeyStateStoreContract {

    private final VaultDouble vault = VaultDouble.start();
    private Database database;

    @AfterEach
    void stop() {
        vault.close();
    }

    @Override
    KeyStatePlace place(Path disk) {
        database = ControlCluster.empty("control");
        return new KeyStatePlace(
                List.of(KeyStatePlace.CONTROL, ControlCluster.empty("second").url()),
                "vault:" + vault.transit(),
                database,
                new VaultLogin("storeveil", VaultDouble.ROOT, "", "", "approle", "", null, Duration.ofSeconds(20)));
    }

    @Override
    void losePointer() {
        ControlCluster.run(database, "update storeveil.key_state set version = -1");
    }
}
