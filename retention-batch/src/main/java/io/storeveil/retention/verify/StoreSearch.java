package io.storeveil.retention.verify;

import io.storeveil.policy.TableName;
import io.storeveil.retention.catalog.Catalog;
import io.storeveil.retention.catalog.CatalogColumn;
import io.storeveil.retention.catalog.CatalogTable;
import io.storeveil.retention.ownership.Sql;
import io.storeveil.retention.ownership.Texts;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Looks for identifiers wherever the store keeps text, whether the policy knows the table or not. */
final class StoreSearch {

    /** Types that hold no text of anybody's, whatever their category. */
    private static final Set<String> TEXTLESS = Set.of(
            "uuid",
            "macaddr",
            "macaddr8",
            "pg_lsn",
            "txid_snapshot",
            "pg_snapshot",
            "tsquery",
            "_int2",
            "_int4",
            "_int8",
            "_float4",
            "_float8",
            "_numeric",
            "_bool",
            "_date",
            "_timestamp",
            "_timestamptz",
            "_uuid");

    private static final Set<String> INDEXED = Set.of("text", "varchar", "citext");
    private static final String WHOLE_ROW = "any column";

    /** A column in which identifiers stand. */
    record Place(TableName table, String column) implements Comparable<Place> {
        @Override
        public int compareTo(Place other) {
            int byTable = table.compareTo(other.table);
            return byTable == 0 ? column.compareTo(other.column) : byTable;
        }
    }

    /** In how many rows of a place, and whose. */
    static final class Hits {
        private long rows;
        private final Set<String> requests = new TreeSet<>();

        long rows() {
            return rows;
        }

        Set<String> requests() {
            return requests;
        }
    }

    private final Connection connection;
    private final Catalog catalog;
    private final Told told;
    private final Map<Place, Hits> hits = new TreeMap<>();

    /** @param told what need not be found */
    StoreSearch(Connection connection, Catalog catalog, Told told) {
        this.connection = connection;
        this.catalog = catalog;
        this.told = told;
    }

    Map<Place, Hits> hits() {
        return hits;
    }

    /** Whole values, in whichever case they are indexed: what can be asked every night. */
    Coverage indexed(Wanted wanted) throws SQLException {
        List<Coverage.Searched> tables = new ArrayList<>();
        for (CatalogTable table : catalog.tables().values()) {
            List<String> indexed = new ArrayList<>();
            List<String> left = new ArrayList<>();
            for (CatalogColumn column : texts(table)) {
                boolean answers = INDEXED.contains(column.baseType())
                        && table.indexOn(List.of(column.name())).isPresent();
                (answers ? indexed : left).add(column.name());
                if (answers) {
                    equal(table, column, wanted.values());
                }
            }
            if (!indexed.isEmpty() || !left.isEmpty()) {
                tables.add(new Coverage.Searched(table.name().toString(), indexed, List.of(), left));
            }
        }
        catalog.materializedViews()
                .forEach(view ->
                        tables.add(new Coverage.Searched(view.toString(), List.of(), List.of(), List.of(WHOLE_ROW))));
        return new Coverage(tables, 0);
    }

    /** Every row of every table and materialised view, anywhere in the text. */
    Coverage full(Wanted wanted) throws SQLException {
        List<Coverage.Searched> tables = new ArrayList<>();
        for (CatalogTable table : catalog.tables().values()) {
            List<CatalogColumn> texts = texts(table);
            List<String> columns = texts.stream().map(CatalogColumn::name).toList();
            if (!columns.isEmpty()) {
                tables.add(new Coverage.Searched(table.name().toString(), List.of(), columns, List.of()));
                scan(
                        table.name(),
                        table.primaryKey(),
                        columns,
                        texts.stream().map(StoreSearch::text).toList(),
                        wanted.spellings());
            }
        }
        for (TableName view : catalog.materializedViews()) {
            tables.add(new Coverage.Searched(view.toString(), List.of(), List.of(WHOLE_ROW), List.of()));
            scan(view, List.of(), List.of(WHOLE_ROW), List.of("(a.*)::text"), wanted.spellings());
        }
        return new Coverage(tables, wanted.tooShort());
    }

    /** Numbers, dates, truth values and geometry hold no identifier. */
    private static List<CatalogColumn> texts(CatalogTable table) {
        return table.columns().stream()
                .filter(column -> "SAUC".indexOf(column.category()) >= 0 && !TEXTLESS.contains(column.baseType()))
                .toList();
    }

    private static String text(CatalogColumn column) {
        String value = Sql.of("a", column.name());
        return column.baseType().equals("bytea") ? "encode(" + value + ", 'escape')" : value + "::text";
    }

    private void equal(CatalogTable table, CatalogColumn column, List<Wanted.Spelling> spellings) throws SQLException {
        String type = column.baseType().equals("citext") ? "citext" : "text";
        String sql = "select array[p.n]" + keys(table.primaryKey())
                + " from unnest(cast(? as int[]), cast(? as text[])) p (n, x) join " + Sql.name(table.name())
                + " a on " + Sql.of("a", column.name()) + " = cast(p.x as " + type + ")";
        try (PreparedStatement query = connection.prepareStatement(sql)) {
            bind(query, spellings);
            read(query, table.name(), table.primaryKey(), List.of(column.name()), spellings);
        }
    }

    /** All columns in one pass. The plain look comes first: it is a hundred times cheaper than the pattern. */
    private void scan(
            TableName table,
            List<String> key,
            List<String> columns,
            List<String> texts,
            List<Wanted.Spelling> spellings)
            throws SQLException {
        List<String> looks = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
            looks.add("array(select n from wanted where case when strpos(translate(lower(" + texts.get(i) + "), "
                    + Sql.literal(Wanted.SEPARATORS) + ", ''), x) > 0 then lower(" + texts.get(i)
                    + ") ~ r else false end) as c" + i);
            names.add("h.c" + i);
        }
        String sql = "with wanted (n, x, r) as materialized (select * from unnest(cast(? as int[]), cast(? as text[]),"
                + " cast(? as text[]))) select " + String.join(", ", names) + keys(key) + " from " + Sql.name(table)
                + " a cross join lateral (select " + String.join(", ", looks) + " offset 0) h where "
                + names.stream().map(name -> name + " <> '{}'").collect(Collectors.joining(" or "));
        try (PreparedStatement query = connection.prepareStatement(sql)) {
            bind(query, spellings);
            query.setArray(3, texts(spellings.stream().map(Wanted.Spelling::pattern)));
            read(query, table, key, columns, spellings);
        }
    }

    private static String keys(List<String> key) {
        return key.stream().map(part -> ", " + Sql.of("a", part) + "::text").collect(Collectors.joining());
    }

    private void bind(PreparedStatement query, List<Wanted.Spelling> spellings) throws SQLException {
        Integer[] numbers = new Integer[spellings.size()];
        Arrays.setAll(numbers, i -> i);
        query.setFetchSize(1000);
        query.setArray(1, connection.createArrayOf("int4", numbers));
        query.setArray(2, texts(spellings.stream().map(Wanted.Spelling::text)));
    }

    private java.sql.Array texts(Stream<String> texts) throws SQLException {
        return connection.createArrayOf("text", texts.toArray());
    }

    private void read(
            PreparedStatement query,
            TableName table,
            List<String> key,
            List<String> columns,
            List<Wanted.Spelling> spellings)
            throws SQLException {
        try (ResultSet row = query.executeQuery()) {
            while (row.next()) {
                List<String> values = Texts.of(row, columns.size() + 1, key.size());
                for (int i = 0; i < columns.size(); i++) {
                    Integer[] found = (Integer[]) row.getArray(i + 1).getArray();
                    if (found.length > 0 && (key.isEmpty() || !told.has(table, values, columns.get(i)))) {
                        Hits place = hits.computeIfAbsent(new Place(table, columns.get(i)), any -> new Hits());
                        place.rows++;
                        for (int each : found) {
                            place.requests.add(spellings.get(each).request());
                        }
                    }
                }
            }
        }
    }
}
