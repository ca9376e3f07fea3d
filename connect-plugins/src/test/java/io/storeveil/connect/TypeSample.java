package io.storeveil.connect;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * A column of one type, as {@code types.tsv} has it.
 *
 * @param declared   the type, in SQL
 * @param variesWith the connector's settings that change what it becomes
 * @param usual      a value in SQL that nothing else holds
 * @param unusual    one at the edge of the type, or that has not its usual form
 */
record TypeSample(String column, String declared, Set<String> variesWith, String usual, String unusual) {

    private static final Path RESOURCES = Path.of("src/test/resources/io/storeveil/connect");

    static List<TypeSample> all() throws IOException {
        return Files.readAllLines(RESOURCES.resolve("types.tsv")).stream()
                .skip(1)
                .map(line -> line.split("\t"))
                .map(cells -> new TypeSample(
                        cells[0],
                        cells[1],
                        cells[2].equals("-") ? Set.of() : Set.of(cells[2].split(" ")),
                        cells[3],
                        cells[4]))
                .toList();
    }

    /** Extensions and types that the columns need. */
    static String types() throws IOException {
        return Files.readString(RESOURCES.resolve("types.sql"));
    }

    static String table(String name, List<TypeSample> samples) {
        return samples.stream()
                .map(sample -> sample.column + " " + sample.declared)
                .collect(joining(", ", "create table " + name + " (id bigint primary key, ", ")"));
    }

    static String usualRow(String table, int id, List<TypeSample> samples) {
        return "insert into " + table + " values (" + id + ", "
                + samples.stream().map(TypeSample::usual).collect(joining(", ")) + ")";
    }

    static String unusualRow(String table, int id, List<TypeSample> samples) {
        return "insert into " + table + " values (" + id + ", "
                + samples.stream().map(TypeSample::unusual).collect(joining(", ")) + ")";
    }

    /** Its unusual value has not the form that its type says. */
    boolean odd() {
        return unusual.matches(".*(infinity|Infinity|NaN|24:00|BC|5874897|294276).*")
                && !column.matches(".*_array|domain.*|.*range|point");
    }

    /** What the documentation calls it. */
    String title() {
        return declared.startsWith("text generated") ? "generated text" : declared;
    }
}
