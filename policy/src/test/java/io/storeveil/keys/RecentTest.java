package io.storeveil.keys;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class RecentTest {

    private final Recent<Long, String> recent = new Recent<>(10);

    @Test
    void whatFitsIsFoundAgain_numbersInARowAndMultiplesAlike() {
        for (long step : new long[] {1, 1_000, 1L << 20, 0x9E3779B97F4A7C15L}) {
            Recent<Long, String> table = new Recent<>(10);
            LongStream.range(0, 256).forEach(n -> table.put(n * step, "value " + n));

            long found = LongStream.range(0, 256)
                    .filter(n -> ("value " + n).equals(table.get(n * step)))
                    .count();

            assertThat(found).as("step %d", step).isGreaterThan(230);
        }
    }

    @Test
    void itNeverHoldsMoreThanItsSize_andTheNewestIsAlwaysThere() {
        for (long n = 0; n < 100_000; n++) {
            recent.put(n, "value " + n);
            assertThat(recent.get(n)).isEqualTo("value " + n);
        }

        assertThat(LongStream.range(0, 100_000)
                        .filter(n -> recent.get(n) != null)
                        .count())
                .isLessThanOrEqualTo(1 << 10);
    }

    @Test
    void hitsAndMisses_areCounted() {
        recent.put(1L, "one");

        recent.get(1L);
        recent.get(2L);
        recent.get(2L);

        assertThat(recent.use()).isEqualTo(new CacheUse(1, 2));
    }
}
