package io.storeveil.retention.erase;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A store at random, in which it is known whose each row is because it was made so, and what must be left of it once person
 * 1 is erased, worked out row by row in memory.
 */
final class RandomStore {

    private static final int ANN = 1;
    private static final int PEOPLE = 3;

    /** @param owns the row that it names owns its rows, if no earlier such column is filled in */
    private record Column(String name, int to, boolean nullable, boolean owns, String foreignKey) {}

    private record Table(int number, boolean shared, boolean keyed, List<Column> columns) {

        String name() {
            return number == 0 ? "customer" : "t" + number;
        }
    }

    /** @param person whose it is; 0 for nobody's, and for shared rows */
    private record Row(Table table, int id, int person, String words, @Nullable Row[] named) {

        @Override
        public boolean equals(@Nullable Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }
    }

    private final Random random;
    private final List<Table> tables = new ArrayList<>();
    private final List<Row> rows = new ArrayList<>();
    private int ids = 100;

    RandomStore(long seed) {
        random = new Random(seed);
        int number = 3 + random.nextInt(10);
        int shared = random.nextInt(3);
        for (int i = 0; i < number; i++) {
            boolean many = i > 0 && i >= number - shared;
            tables.add(new Table(i, many, i == 0 || many || random.nextInt(6) > 0, new ArrayList<>()));
        }
        tables.forEach(this::columns);
        for (Table table : tables) {
            for (int i = 0; table.shared && i < 4; i++) {
                add(table, 0);
            }
        }
        for (int person = 1; person <= PEOPLE; person++) {
            rows.add(new Row(
                    tables.get(0),
                    person,
                    person,
                    words(person),
                    new Row[tables.get(0).columns.size()]));
        }
        for (int i = 0; i < 12 * number; i++) {
            Table table = tables.get(1 + random.nextInt(number - 1));
            if (!table.shared) {
                add(table, random.nextInt(PEOPLE + 1));
            }
        }
        rows.forEach(this::fill);
    }

    private void columns(Table table) {
        int last = tables.size() - 1;
        if (table.shared) {
            if (table.number < last && random.nextBoolean()) {
                column(table, last, true, false);
            }
            return;
        }
        int owners = table.number == 0 ? 0 : 1 + random.nextInt(3);
        int sure = owners == 0 ? -1 : random.nextInt(owners);
        for (int i = 0; i < owners; i++) {
            Table to = i == sure ? keyedBefore(table.number) : tables.get(random.nextInt(tables.size()));
            if (to.keyed
                    && !to.shared
                    && (to.number > 0 || table.columns.stream().noneMatch(c -> c.to == 0))) {
                column(table, to.number, random.nextInt(4) > 0, true);
            }
        }
        if (table.columns.isEmpty() && table.number > 0) {
            column(table, 0, true, true);
        }
        for (int i = random.nextInt(3); i > 0; i--) {
            Table to = tables.get(random.nextInt(tables.size()));
            if (to.keyed) {
                column(table, to.number, table.number == 0 || random.nextInt(5) > 0, false);
            }
        }
    }

    private Table keyedBefore(int number) {
        Table table = tables.get(random.nextInt(number));
        return table.keyed && !table.shared ? table : tables.get(0);
    }

    private void column(Table table, int to, boolean nullable, boolean owns) {
        List<String> actions = new ArrayList<>(List.of("no action", "cascade", "restrict"));
        if (nullable) {
            actions.add("set null");
        }
        String foreignKey = "on delete " + actions.get(random.nextInt(actions.size()))
                + (random.nextBoolean() ? " deferrable initially deferred" : "");
        table.columns.add(new Column("r" + table.columns.size(), to, nullable, owns, foreignKey));
    }

    /** With the one owner that makes it this person's; left out where there is none to be had. */
    private void add(Table table, int person) {
        @Nullable Row[] named = new Row[table.columns.size()];
        boolean owned = person == 0;
        for (int i = 0; i < named.length && !table.shared; i++) {
            Column column = table.columns.get(i);
            boolean mustOwn = column.owns && !column.nullable;
            if (column.owns && !owned && (mustOwn || random.nextBoolean())) {
                named[i] = pick(tables.get(column.to), person);
                owned = named[i] != null;
            }
            if (mustOwn && named[i] == null) {
                Row any = person == 0 || !owned ? null : pick(tables.get(column.to), -1);
                if (any == null) {
                    return;
                }
                named[i] = any;
            }
        }
        if (owned) {
            rows.add(new Row(table, ++ids, table.shared ? 0 : person, table.shared ? "shared" : words(person), named));
        }
    }

    /** References, and owner's columns behind the one that counts, to whatever rows there are. */
    private void fill(Row row) {
        boolean owned = false;
        for (int i = 0; i < row.named.length; i++) {
            Column column = row.table.columns.get(i);
            boolean free = row.named[i] == null && (!column.owns || owned);
            if (free && (!column.nullable || random.nextInt(3) > 0)) {
                row.named[i] = pick(tables.get(column.to), -1);
            }
            owned |= column.owns && row.named[i] != null;
        }
    }

    /** @param person whose; anybody's if negative */
    private @Nullable Row pick(Table table, int person) {
        List<Row> found = rows.stream()
                .filter(row -> row.table == table && (person < 0 || row.person == person))
                .toList();
        return found.isEmpty() ? null : found.get(random.nextInt(found.size()));
    }

    private String words(int person) {
        return switch (person) {
            case 0 -> "nobody's " + random.nextInt(1000);
            case ANN -> "ann " + random.nextInt(1000);
            default -> "person " + person + ", " + random.nextInt(1000);
        };
    }

    String sql() {
        StringBuilder sql = new StringBuilder();
        for (Table table : tables) {
            sql.append("create table ").append(table.name()).append(" (id int not null");
            sql.append(table.keyed ? " primary key" : "").append(", words text");
            table.columns.forEach(column -> sql.append(", ").append(column.name).append(" int"));
            sql.append(");\n");
        }
        rows.forEach(row -> sql.append("insert into ")
                .append(row.table.name())
                .append(" values ")
                .append(inserted(row))
                .append(";\n"));
        for (Table table : tables) {
            for (Column column : table.columns) {
                String alter = "alter table " + table.name();
                sql.append(alter)
                        .append(" add foreign key (")
                        .append(column.name)
                        .append(") references ");
                sql.append(tables.get(column.to).name())
                        .append(" ")
                        .append(column.foreignKey)
                        .append(";\n");
                if (!column.nullable && named(table, column)) {
                    sql.append(alter).append(" alter ").append(column.name).append(" set not null;\n");
                }
            }
        }
        return sql.toString();
    }

    private static String inserted(Row row) {
        StringBuilder text = new StringBuilder("(" + row.id + ", '" + row.words.replace("'", "''") + "'");
        for (Row named : row.named) {
            text.append(", ").append(named == null ? "null" : "" + named.id);
        }
        return text.append(")").toString();
    }

    /** False where some row has nothing to name: then the column can be null after all. */
    private boolean named(Table table, Column column) {
        int at = table.columns.indexOf(column);
        return rows.stream().noneMatch(row -> row.table == table && row.named[at] == null);
    }

    String policy() {
        StringBuilder policy =
                new StringBuilder("subjects: { customer: { table: customer, key: [id], clock: none } }\n");
        policy.append("tables:\n");
        for (Table table : tables) {
            policy.append("  ").append(table.name()).append(":\n");
            policy.append(table.keyed ? "    key: [id]\n" : "");
            policy.append(table.shared ? "    shared: true\n" : "");
            policy.append(table.number == 0 ? "    purposes: [contract]\n" : "");
            List<String> owners = table.columns.stream()
                    .filter(column -> column.owns)
                    .map(column -> "{ to: " + tables.get(column.to).name() + ", on: { " + column.name + ": id } }")
                    .toList();
            policy.append(owners.isEmpty() ? "" : "    owner: " + owners + "\n");
            policy.append("    columns:\n      id: key\n      words: ");
            policy.append(table.shared ? "plain\n" : "{ is: plain, at-rest: redact }\n");
            table.columns.forEach(column -> policy.append("      ")
                    .append(column.name)
                    .append(
                            column.owns
                                    ? ": key\n"
                                    : ": { is: key, references: "
                                            + tables.get(column.to).name() + ".id }\n"));
        }
        return policy.toString();
    }

    /** Every row of every table that must be there in the end, as PostgreSQL writes it. */
    Map<String, List<String>> left() {
        Set<Row> gone = gone();
        Map<String, List<String>> left = new TreeMap<>();
        tables.forEach(table -> left.put(table.name(), new ArrayList<>()));
        rows.stream().filter(row -> !gone.contains(row)).forEach(row -> left.getOrDefault(
                        row.table.name(), new ArrayList<>())
                .add(text(row, gone, row.person == ANN)));
        left.values().forEach(rows -> rows.sort(null));
        return left;
    }

    Map<String, List<String>> before() {
        Map<String, List<String>> before = new TreeMap<>();
        tables.forEach(table -> before.put(table.name(), new ArrayList<>()));
        rows.forEach(
                row -> before.getOrDefault(row.table.name(), new ArrayList<>()).add(text(row, Set.of(), false)));
        before.values().forEach(rows -> rows.sort(null));
        return before;
    }

    private Set<Row> gone() {
        Set<Row> gone = new LinkedHashSet<>();
        rows.stream().filter(row -> row.person == ANN).forEach(gone::add);
        for (int before = -1; before < gone.size(); ) {
            before = gone.size();
            for (Row row : List.copyOf(gone)) {
                for (Row named : row.named) {
                    if (named != null && named.table.shared) {
                        gone.add(named);
                    }
                }
            }
        }
        for (boolean again = true; again; ) {
            again = rows.stream()
                    .filter(row -> !gone.contains(row))
                    .map(row -> gone.removeAll(needs(row)))
                    .reduce(false, Boolean::logicalOr);
        }
        return gone;
    }

    /** What a row that stays cannot be without. */
    private List<Row> needs(Row row) {
        List<Row> needs = new ArrayList<>();
        boolean owned = false;
        for (int i = 0; i < row.named.length; i++) {
            Column column = row.table.columns.get(i);
            Row named = row.named[i];
            boolean owner = column.owns && !owned && named != null;
            owned |= owner;
            boolean stuck = !column.nullable && named(row.table, column);
            if (named != null && (owner || stuck || named.table.shared)) {
                needs.add(named);
            }
        }
        return needs;
    }

    private static String text(Row row, Set<Row> gone, boolean atRest) {
        String words = atRest ? "redacted" : row.words;
        StringBuilder text = new StringBuilder("(" + row.id + ",");
        text.append(words.contains(" ") ? "\"" + words + "\"" : words);
        for (Row named : row.named) {
            text.append(",").append(named == null || gone.contains(named) ? "" : "" + named.id);
        }
        return text.append(")").toString();
    }
}
