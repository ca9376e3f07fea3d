package io.storeveil.retention.erase;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeveil.policy.Policy;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Customer 1 is Ann, and is erased. Each shape of ownership is a case of {@code shapes.txt}: a store, its policy, and every
 * row that must be there afterwards, as PostgreSQL writes it.
 */
class ShapesTest {

    @SuppressWarnings("NullAway.Init") // opened before all tests
    private static ErasedStore store;

    @BeforeAll
    static void open(@TempDir Path directory) throws SQLException {
        store = new ErasedStore(directory, "shapes");
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void whatIsTheErasedPersons_goes_andNothingElseChanges(Shape shape) throws Exception {
        store.become(shape.sql);
        Policy policy = store.policy(shape.policy);
        assertThat(store.errors(policy)).isEmpty();

        Erasing.Result result = store.erase(policy, "customer", List.of(shape.key.split(",")));

        assertThat(result.outcome().name()).isEqualTo(shape.outcome);
        assertThat(store.everything()).isEqualTo(shape.left);
        if (shape.outcome.equals("DONE")) {
            assertThat(store.left()).isEmpty();
        }
        if (shape.gone) {
            assertThat(store.everything().toString()).doesNotContainIgnoringCase("ann");
        }
    }

    static Stream<Shape> shapes() throws IOException {
        try (InputStream text = Objects.requireNonNull(ShapesTest.class.getResourceAsStream("shapes.txt"))) {
            return Stream.of(new String(text.readAllBytes(), StandardCharsets.UTF_8).split("(?m)^=== "))
                    .skip(1)
                    .map(Shape::read);
        }
    }

    /**
     * @param left every row of every table afterwards
     * @param gone nothing of Ann is left
     */
    private record Shape(
            String name,
            String sql,
            String policy,
            Map<String, List<String>> left,
            String key,
            String outcome,
            boolean gone) {

        static Shape read(String text) {
            String[] parts = text.split("(?m)^--- ?");
            String[] head = parts[0].split("\n")[0].split(" \\| ");
            Map<String, List<String>> left = new TreeMap<>();
            parts[3].lines().filter(line -> !line.isBlank()).forEach(line -> {
                String[] row = line.split(": ", 2);
                List<String> rows = left.computeIfAbsent(row[0].replaceFirst(":$", ""), any -> new ArrayList<>());
                if (row.length > 1) {
                    rows.add(row[1]);
                }
            });
            return new Shape(
                    head[0],
                    parts[1],
                    parts[2],
                    left,
                    head.length > 1 ? head[1] : "1",
                    head.length > 2 ? head[2] : "DONE",
                    head.length < 3);
        }

        @Override
        public String toString() {
            return name;
        }
    }
}
