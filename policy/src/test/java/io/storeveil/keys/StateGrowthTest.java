package io.storeveil.keys;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

/** What the documentation says of the state's growth, at a tenth of the scale it says it of. */
class StateGrowthTest {

    private static final int CUSTOMERS = 1_000_000;

    private final KeyState first = KeyState.create();
    private final Random random = new Random(20261101);

    @Test
    void aTenthOfAllCustomersAtRandom_costs85BytesEach() {
        List<OwnerId> owners = new ArrayList<>();
        for (int id = 0; id < CUSTOMERS; id++) {
            if (random.nextInt(10) == 0) {
                owners.add(customer(id));
            }
        }
        assertThat(bytesEach(owners)).isCloseTo(92.5, Percentage.withPercentage(10));
    }

    @Test
    void theOldestHalfAndTwoPercentOfTheRest_cost3BytesEach() {
        List<OwnerId> owners = new ArrayList<>();
        for (int id = 0; id < CUSTOMERS; id++) {
            if (id < CUSTOMERS / 2 || random.nextInt(50) == 0) {
                owners.add(customer(id));
            }
        }
        assertThat(bytesEach(owners)).isCloseTo(3, Offset.offset(1.0));
    }

    @Test
    void hashedOwners_cost32BytesForEachLevelThatTheyDoNotShare() {
        List<OwnerId> owners = new ArrayList<>();
        int erased = 20_000;
        for (int id = 0; id < erased; id++) {
            owners.add(OwnerId.of("public.guest", List.of("guest-" + id)));
        }
        double levels = 64 - Math.log(erased) / Math.log(2);
        assertThat(bytesEach(owners)).isCloseTo(levels * 32, Percentage.withPercentage(5));
    }

    private double bytesEach(List<OwnerId> owners) {
        KeyState punctured =
                first.puncture(owners.stream().map(first::reference).toList());
        return (double) (punctured.encode().length - first.encode().length) / owners.size();
    }

    private static OwnerId customer(int id) {
        return OwnerId.of("public.customer", List.of(id));
    }
}
