package io.storeveil.retention.erase;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeveil.policy.Policy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tag;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Whatever refers to whatever: nothing of the erased person is left, nothing else changes, and what comes back is found. */
class RandomStoresTest {

    @SuppressWarnings("NullAway.Init") // opened before all tries
    private static ErasedStore store;

    @BeforeContainer
    static void open() throws Exception {
        Path directory = Files.createTempDirectory("random-stores");
        directory.toFile().deleteOnExit();
        store = new ErasedStore(directory, "random");
    }

    @Property(tries = 12, shrinking = ShrinkingMode.OFF, seed = "4")
    void anErasure_takesOnePersonOnly(@ForAll long seed) throws Exception {
        erase(seed);
    }

    @Tag("soak")
    @Property(tries = 1500, shrinking = ShrinkingMode.OFF)
    void anErasure_takesOnePersonOnly_inManyMoreStores(@ForAll long seed) throws Exception {
        erase(seed);
    }

    private static void erase(long seed) throws Exception {
        RandomStore made = new RandomStore(seed);
        store.become(made.sql());
        Policy policy = store.policy(made.policy());
        assertThat(store.everything()).isEqualTo(made.before());

        store.erase(policy, "customer", List.of("1"));

        assertThat(store.everything()).isEqualTo(made.left());
        assertThat(store.left()).isEmpty();
        assertThat(store.everything().toString()).doesNotContain("ann ");
        somethingPutBack_isFound(made, new Random(seed));
    }

    private static void somethingPutBack_isFound(RandomStore made, Random random) throws Exception {
        List<Map.Entry<String, String>> gone = new ArrayList<>();
        made.before().forEach((table, rows) -> rows.stream()
                .filter(row -> row.contains("ann ")
                        && !made.left().getOrDefault(table, List.of()).contains(row))
                .forEach(row -> gone.add(Map.entry(table, row))));
        Map.Entry<String, String> row = gone.get(random.nextInt(gone.size()));

        if (store.putBack(row.getKey(), row.getValue())) {
            assertThat(store.left()).as(row.getKey()).isNotEmpty();
        }
    }
}
