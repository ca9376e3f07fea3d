package io.storeveil.retention.expire;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeveil.retention.plan.Stretches.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class PartsTest {

    private static List<Part> parts(int number) {
        return IntStream.range(0, number)
                .mapToObj(i -> new Part(i == 0 ? null : "" + i, i == number - 1 ? null : "" + (i + 1)))
                .toList();
    }

    @Property
    void eachPart_isTakenOnce_whoeverIsFastest(
            @ForAll @IntRange(min = 1, max = 60) int number,
            @ForAll @IntRange(min = 1, max = 6) int walkers,
            @ForAll long speeds) {
        Parts parts = new Parts(parts(number), walkers);
        Random random = new Random(speeds);
        List<Part> taken = new ArrayList<>();
        List<Integer> atWork =
                new ArrayList<>(IntStream.range(0, walkers).boxed().toList());
        while (!atWork.isEmpty()) {
            int walker = atWork.get(random.nextInt(atWork.size()));
            Part part = parts.next(walker);
            if (part == null) {
                atWork.remove((Integer) walker);
            } else {
                taken.add(part);
            }
        }
        assertThat(taken).containsExactlyInAnyOrderElementsOf(parts(number));
    }

    @Example
    void walkersAtTheSamePace_areNeverNeighbours() {
        Parts parts = new Parts(parts(30), 3);
        for (int round = 0; round < 10; round++) {
            List<Part> now = new ArrayList<>();
            for (int walker = 0; walker < 3; walker++) {
                now.add(parts.next(walker));
            }
            assertThat(now)
                    .extracting(Part::upTo)
                    .containsExactly("" + (round + 1), "" + (round + 11), round == 9 ? null : "" + (round + 21));
        }
        assertThat(parts.next(0)).isNull();
    }

    @Example
    void afterTheEnd_thereIsNone() {
        Parts parts = new Parts(parts(10), 2);
        parts.next(0);
        parts.end();
        assertThat(parts.next(0)).isNull();
        assertThat(parts.next(1)).isNull();
    }
}
