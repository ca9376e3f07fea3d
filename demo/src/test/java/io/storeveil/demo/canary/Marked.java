package io.storeveil.demo.canary;

import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A table with three columns of each type: one that is encrypted, one that is dropped, and one that no policy knows; and of
 * the types that a sink has a column for, one that becomes null. Every value is marked: it occurs nowhere else, and is long enough that it cannot by chance.
 */
final class Marked {

    private static final List<String> KINDS = List.of("e", "d", "n", "u");

    private static final Set<String> STORED = Set.of(
            "text", "bigint", "numeric(24,4)", "double precision", "date", "timestamptz", "uuid", "jsonb", "bytea");

    private static final Map<String, Function<Random, String>> TYPES = new LinkedHashMap<>();

    static {
        TYPES.put("text", random -> quoted(word(random)));
        TYPES.put("varchar(40)", random -> quoted(word(random)));
        TYPES.put("char(20)", random -> quoted(word(random)));
        TYPES.put("int", random -> String.valueOf(1_000_000_000 + random.nextInt(1_100_000_000)));
        TYPES.put("bigint", random -> String.valueOf(number(random)));
        TYPES.put("numeric(24,4)", random -> number(random) + ".2500");
        TYPES.put("numeric", random -> number(random) + ".125");
        TYPES.put("money", random -> "'" + number(random) / 1_000_000 + ".25'");
        TYPES.put("real", random -> 10_000 + random.nextInt(20_000) + ".125");
        TYPES.put("double precision", random -> number(random) / 1_000_000 + ".21875");
        TYPES.put("date", random -> quoted(LocalDate.ofEpochDay(1_000_000 + random.nextInt(1_000_000))));
        TYPES.put("time", random -> "'12:34:56." + micros(random) + "'");
        TYPES.put("timetz", random -> "'12:34:56." + micros(random) + "+00'");
        TYPES.put("timestamp", random -> quoted(moment(random)));
        TYPES.put("timestamptz", random -> "'" + moment(random) + "+00'");
        TYPES.put("interval", random -> "'" + Duration.ofSeconds(360_000L + random.nextInt(3_000_000)) + "'");
        TYPES.put("uuid", random -> quoted(new UUID(random.nextLong(), random.nextLong())));
        TYPES.put("json", random -> "'{\"name\": \"" + word(random) + "\"}'");
        TYPES.put("jsonb", random -> "'{\"name\": \"" + word(random) + "\"}'");
        TYPES.put("xml", random -> "'<a>" + word(random) + "</a>'");
        TYPES.put("bytea", random -> "'\\x" + hex(random, 24) + "'");
        TYPES.put("bit(64)", random -> "B'1" + bits(random, 63) + "'");
        TYPES.put("inet", random -> "'2001:db8:" + hex(random, 2) + ":" + hex(random, 2) + "::" + hex(random, 2) + "'");
        TYPES.put("macaddr", random -> "'" + hex(random, 6) + "'");
        TYPES.put("text[]", random -> "array['" + word(random) + "']");
        TYPES.put("bigint[]", random -> "array[" + number(random) + "]");
        TYPES.put("int8range", random -> "'[" + number(random) + "," + Long.MAX_VALUE + ")'");
        TYPES.put("point", random -> "'(" + number(random) / 1_000_000 + ".21875,2)'");
    }

    private final String table;
    private final Random random;

    /** @param seed the same values for the same one */
    Marked(String table, long seed) {
        this.table = table;
        this.random = new Random(seed);
    }

    String ddl() {
        return "create table " + table + " (id bigint primary key, "
                + columns().map(column -> column + " " + type(column)).collect(Collectors.joining(", ")) + ")";
    }

    /** Adds a row. @return its SQL */
    String insert() {
        return "insert into " + table + " values (" + number(random) + ", "
                + columns().map(column -> value(type(column))).collect(Collectors.joining(", ")) + ")";
    }

    /** Changes some columns of the newest row. @return its SQL */
    String update() {
        List<String> all = new ArrayList<>(columns().toList());
        return "update " + table + " set "
                + random.ints(6, 0, all.size())
                        .distinct()
                        .mapToObj(all::get)
                        .map(column -> column + " = " + value(type(column)))
                        .collect(Collectors.joining(", "))
                + " where ctid = (select max(ctid) from " + table + ")";
    }

    /** For the policy: the table, its columns by what becomes of them. */
    String declaration() {
        return declaration(
                columns().filter(column -> !column.startsWith("u_")),
                "key",
                Map.of("e", "hidden", "d", "dropped", "n", "nulled"));
    }

    /** The same with nothing protected, for a search that must find. */
    String openDeclaration() {
        return declaration(columns(), "open", Map.of());
    }

    private String declaration(Stream<String> columns, String key, Map<String, String> categories) {
        return "  " + table + ":\n    key: [id]\n    purposes: [contract]\n    columns:\n      id: " + key + "\n"
                + columns.map(column -> "      " + column + ": "
                                + categories.getOrDefault(column.substring(0, 1), "open") + "\n")
                        .collect(Collectors.joining());
    }

    private static Stream<String> columns() {
        return KINDS.stream().flatMap(kind -> TYPES.keySet().stream()
                .filter(type -> !kind.equals("n") || STORED.contains(type))
                .map(type -> kind + "_" + type.replaceAll("[^a-z0-9]+", "_")));
    }

    private static String type(String column) {
        return TYPES.keySet().stream()
                .filter(type -> type.replaceAll("[^a-z0-9]+", "_").equals(column.substring(2)))
                .findFirst()
                .orElseThrow();
    }

    private String value(String type) {
        return TYPES.getOrDefault(type, unused -> "null").apply(random);
    }

    private static String quoted(Object value) {
        return "'" + value + "'";
    }

    private static String word(Random random) {
        return "Q" + random.ints(15, 'a', 'z' + 1).mapToObj(Character::toString).collect(Collectors.joining());
    }

    /** Of 16 digits. */
    private static long number(Random random) {
        return 1_000_000_000_000_000L + random.nextLong(8_000_000_000_000_000L);
    }

    private static String micros(Random random) {
        return String.valueOf(100_001 + 2 * random.nextInt(449_000));
    }

    private static LocalDateTime moment(Random random) {
        return LocalDate.ofEpochDay(random.nextInt(60_000))
                .atTime(12, 34, 56, (100_001 + 2 * random.nextInt(449_000)) * 1_000);
    }

    private static String hex(Random random, int bytes) {
        byte[] some = new byte[bytes];
        random.nextBytes(some);
        some[0] |= 0x10;
        return HexFormat.of().formatHex(some);
    }

    private static String bits(Random random, int count) {
        return random.ints(count, 0, 2).mapToObj(String::valueOf).collect(Collectors.joining());
    }
}
