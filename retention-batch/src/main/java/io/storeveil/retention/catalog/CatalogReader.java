package io.storeveil.retention.catalog;

import io.storeveil.policy.TableName;
import java.sql.Array;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** One query per kind of thing; the rows are put together here, by object id. */
final class CatalogReader {
    /** {@code n} is pg_namespace. */
    private static final String OURS =
            " and n.nspname <> 'information_schema' and n.nspname !~ '^pg_' and n.nspname <> 'storeveil' ";

    private static final String RELATIONS =
            """
            select c.oid, n.nspname, c.relname, c.relkind, c.relispartition, c.relreplident, c.relpersistence,
                   c.relrowsecurity, c.reltoastrelid <> 0 as toast, c.reltuples::bigint as rows, i.inhparent,
                   pg_catalog.pg_get_partkeydef(c.oid) as partkey, a.attname as ranges
            from pg_catalog.pg_class c
            join pg_catalog.pg_namespace n on n.oid = c.relnamespace
            left join pg_catalog.pg_inherits i on i.inhrelid = c.oid and c.relispartition
            left join pg_catalog.pg_partitioned_table k on k.partrelid = c.oid and k.partstrat = 'r' and k.partnatts = 1
            left join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum = k.partattrs[0]
            where c.relkind in ('r', 'p', 'm') and c.relpersistence <> 't'"""
                    + OURS;

    private static final String COLUMNS =
            """
            select a.attrelid, a.attnum, a.attname, a.attnotnull, a.attgenerated, a.attidentity, a.attstorage,
                   a.atttypmod, t.oid as type, t.typtype, t.typcategory,
                   case when e.typtype in ('c', 'd') then '_record' else t.typname end as typname,
                   pg_catalog.format_type(a.atttypid, a.atttypmod) as written,
                   pg_catalog.pg_get_expr(d.adbin, d.adrelid) as expression
            from pg_catalog.pg_attribute a
            join pg_catalog.pg_class c on c.oid = a.attrelid
            join pg_catalog.pg_namespace n on n.oid = c.relnamespace
            join pg_catalog.pg_type t on t.oid = a.atttypid
            left join pg_catalog.pg_type e on e.oid = t.typelem and t.typcategory = 'A'
            left join pg_catalog.pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
            where a.attnum > 0 and not a.attisdropped and c.relkind in ('r', 'p') and c.relpersistence <> 't'"""
                    + OURS + "order by a.attrelid, a.attnum";

    private static final String DOMAINS =
            """
            select t.oid, pg_catalog.format_type(t.oid, null) as written, t.typbasetype, t.typtypmod, t.typnotnull,
                   b.typname as base, b.typcategory, b.oid as base_oid, b.typtype as base_kind,
                   array(select pg_catalog.pg_get_expr(k.conbin, 0) from pg_catalog.pg_constraint k
                         where k.contypid = t.oid and k.contype = 'c' order by k.conname) as checks
            from pg_catalog.pg_type t
            join pg_catalog.pg_type b on b.oid = t.typbasetype
            where t.typtype = 'd'""";

    private static final String ENUMS =
            "select enumtypid, enumlabel from pg_catalog.pg_enum order by enumtypid, enumsortorder";

    private static final String CONSTRAINTS =
            """
            select k.conname, k.contype, k.conrelid, k.confrelid, k.conkey, k.confkey, k.confdeltype, k.condeferrable,
                   k.condeferred, k.convalidated,
                   case when k.contype = 'c' then pg_catalog.pg_get_expr(k.conbin, k.conrelid) end as expression
            from pg_catalog.pg_constraint k
            join pg_catalog.pg_class c on c.oid = k.conrelid
            join pg_catalog.pg_namespace n on n.oid = c.relnamespace
            where k.contype in ('p', 'c', 'f') and k.conparentid = 0 and k.coninhcount = 0
              and c.relpersistence <> 't'"""
                    + OURS + "order by k.conrelid, k.conname";

    private static final String INDEXES =
            """
            select x.indrelid, i.relname, m.amname, x.indkey::text as key, x.indnkeyatts, x.indisunique,
                   x.indisprimary, x.indisreplident, x.indisvalid and x.indisready as usable,
                   pg_catalog.pg_get_expr(x.indpred, x.indrelid) as predicate
            from pg_catalog.pg_index x
            join pg_catalog.pg_class i on i.oid = x.indexrelid
            join pg_catalog.pg_am m on m.oid = i.relam
            join pg_catalog.pg_class c on c.oid = x.indrelid
            join pg_catalog.pg_namespace n on n.oid = c.relnamespace
            where c.relkind in ('r', 'p') and c.relpersistence <> 't'
              and not exists (select from pg_catalog.pg_inherits h where h.inhrelid = i.oid)"""
                    + OURS + "order by x.indrelid, i.relname";

    private static final String TRIGGERS =
            """
            select g.tgrelid, g.tgname, g.tgtype, g.tgenabled <> 'D' as enabled,
                   f.nspname || '.' || p.proname as function
            from pg_catalog.pg_trigger g
            join pg_catalog.pg_proc p on p.oid = g.tgfoid
            join pg_catalog.pg_namespace f on f.oid = p.pronamespace
            join pg_catalog.pg_class c on c.oid = g.tgrelid
            join pg_catalog.pg_namespace n on n.oid = c.relnamespace
            where not g.tgisinternal and g.tgparentid = 0 and c.relkind in ('r', 'p')"""
                    + OURS
                    + "order by g.tgrelid, g.tgname";

    private static final String PUBLICATIONS =
            """
            select p.pubname, p.puballtables, p.pubviaroot, p.pubupdate, p.pubdelete, t.schemaname, t.tablename
            from pg_catalog.pg_publication p
            left join pg_catalog.pg_publication_tables t on t.pubname = p.pubname
            order by p.pubname""";

    private final Connection connection;
    private final Map<Long, Relation> relations = new HashMap<>();
    private final Map<Long, Domain> domains = new HashMap<>();
    private final Map<Long, List<String>> enums = new HashMap<>();
    private final Map<TableName, TableName> roots = new HashMap<>();

    CatalogReader(Connection connection) {
        this.connection = connection;
    }

    Catalog read() throws SQLException {
        each(RELATIONS, this::relation);
        each(DOMAINS, this::domain);
        each(ENUMS, row -> enums.computeIfAbsent(row.getLong(1), type -> new ArrayList<>())
                .add(row.getString(2)));
        each(COLUMNS, this::column);
        each(INDEXES, this::index);
        each(CONSTRAINTS, this::constraint);
        each(TRIGGERS, this::trigger);
        relations.values().stream().filter(r -> r.parent != 0).forEach(this::partition);
        List<Publication> publications = publications();

        SortedMap<TableName, CatalogTable> tables = new TreeMap<>();
        Set<TableName> views = new TreeSet<>();
        for (Relation relation : relations.values()) {
            if (relation.kind == 'm') {
                views.add(relation.name);
            } else if (relation.parent == 0) {
                tables.put(relation.name, relation.table());
            }
        }
        return new Catalog(version(), tables, List.copyOf(views), publications);
    }

    private int version() throws SQLException {
        int[] version = {0};
        each("show server_version_num", row -> version[0] = row.getInt(1));
        return version[0];
    }

    private void relation(ResultSet row) throws SQLException {
        relations.put(row.getLong("oid"), new Relation(row));
    }

    private void domain(ResultSet row) throws SQLException {
        domains.put(
                row.getLong("oid"),
                new Domain(
                        row.getString("written"),
                        row.getLong("base_oid"),
                        row.getString("base_kind").equals("d"),
                        row.getString("base"),
                        row.getString("typcategory").charAt(0),
                        row.getInt("typtypmod"),
                        row.getBoolean("typnotnull"),
                        texts(row, "checks")));
    }

    private void column(ResultSet row) throws SQLException {
        Relation relation = relations.get(row.getLong("attrelid"));
        if (relation == null) {
            return; // made since the first query
        }
        long type = row.getLong("type");
        String base = row.getString("typname");
        char category = row.getString("typcategory").charAt(0);
        int modifier = row.getInt("atttypmod");
        boolean nullable = !row.getBoolean("attnotnull");
        List<String> checks = new ArrayList<>();
        Domain domain = domains.get(type);
        String domainName = domain == null ? null : domain.name;
        while (domain != null) {
            nullable &= !domain.notNull;
            checks.addAll(domain.checks);
            base = domain.base;
            category = domain.category;
            modifier = domain.modifier;
            type = domain.baseType;
            domain = domain.overDomain ? domains.get(type) : null;
        }
        String storage = row.getString("attstorage");
        Integer length = length(base, modifier);
        relation.columns.put(
                row.getInt("attnum"),
                new CatalogColumn(
                        row.getString("attname"),
                        row.getString("written"),
                        base,
                        category,
                        nullable,
                        nullable,
                        length,
                        !row.getString("attgenerated").isBlank(),
                        !row.getString("attidentity").isBlank(),
                        row.getString("expression"),
                        domainName,
                        List.copyOf(checks),
                        enums.getOrDefault(type, List.of()),
                        (storage.equals("x") || storage.equals("e")) && (length == null || length > 500)));
    }

    private static @Nullable Integer length(String base, int modifier) {
        return switch (base) {
            case "varchar", "bpchar" -> modifier >= 4 ? Integer.valueOf(modifier - 4) : null;
            case "bit", "varbit", "_bit" -> modifier > 0 ? Integer.valueOf(modifier) : null;
            default -> null;
        };
    }

    private void index(ResultSet row) throws SQLException {
        Relation relation = relations.get(row.getLong("indrelid"));
        if (relation == null) {
            return;
        }
        int[] key = Arrays.stream(row.getString("key").trim().split(" "))
                .mapToInt(Integer::parseInt)
                .limit(row.getInt("indnkeyatts"))
                .toArray();
        List<String> leading = relation.names(
                Arrays.stream(key).takeWhile(number -> number != 0).toArray());
        Index index = new Index(
                row.getString("relname"),
                leading,
                leading.size() == key.length,
                row.getString("amname"),
                row.getBoolean("indisunique"),
                row.getBoolean("indisprimary"),
                row.getBoolean("indisreplident"),
                row.getString("predicate"),
                row.getBoolean("usable"));
        relation.indexes.add(index);
        if (index.unique() && !index.primary()) {
            relation.uniqueKeys.add(new UniqueKey(
                    index.name(),
                    relation.names(
                            Arrays.stream(key).filter(number -> number != 0).toArray())));
        }
    }

    private void constraint(ResultSet row) throws SQLException {
        Relation relation = relations.get(row.getLong("conrelid"));
        if (relation == null) {
            return;
        }
        String name = row.getString("conname");
        List<String> columns = relation.names(numbers(row, "conkey"));
        switch (row.getString("contype")) {
            case "p" -> relation.primaryKey = columns;
            case "c" -> relation.checks.add(new CheckConstraint(name, columns, row.getString("expression")));
            default -> {
                Relation referenced = relations.get(row.getLong("confrelid"));
                if (referenced != null) {
                    relation.foreignKeys.add(new ForeignKey(
                            name,
                            root(relation).name,
                            columns,
                            root(referenced).name,
                            referenced.names(numbers(row, "confkey")),
                            onDelete(row.getString("confdeltype")),
                            row.getBoolean("condeferrable"),
                            row.getBoolean("condeferred"),
                            row.getBoolean("convalidated")));
                }
            }
        }
    }

    private static ForeignKey.OnDelete onDelete(String letter) {
        return switch (letter) {
            case "r" -> ForeignKey.OnDelete.RESTRICT;
            case "c" -> ForeignKey.OnDelete.CASCADE;
            case "n" -> ForeignKey.OnDelete.SET_NULL;
            case "d" -> ForeignKey.OnDelete.SET_DEFAULT;
            default -> ForeignKey.OnDelete.NO_ACTION;
        };
    }

    private void trigger(ResultSet row) throws SQLException {
        Relation relation = relations.get(row.getLong("tgrelid"));
        if (relation == null) {
            return;
        }
        int bits = row.getInt("tgtype");
        Set<String> events = new LinkedHashSet<>();
        List<String> names = List.of("INSERT", "DELETE", "UPDATE", "TRUNCATE");
        for (int i = 0; i < names.size(); i++) {
            if ((bits & (4 << i)) != 0) {
                events.add(names.get(i));
            }
        }
        relation.triggers.add(new Trigger(
                row.getString("tgname"),
                (bits & 2) != 0,
                (bits & 1) != 0,
                events,
                row.getString("function"),
                row.getBoolean("enabled")));
    }

    private Relation root(Relation relation) {
        Relation root = relation;
        for (Relation above = relations.get(root.parent); above != null; above = relations.get(root.parent)) {
            root = above;
        }
        return root;
    }

    private void partition(Relation partition) {
        Relation root = root(partition);
        if (root.parent != 0) {
            return;
        }
        root.takeOver(partition);
        partition.partitionKey.ifPresent(root.keysBelow::add);
        root.partitions.add(new Partition(partition.name, partition.kind == 'r', partition.replicaIdentity));
        root.toast |= partition.toast;
        if (partition.rows > 0 && partition.kind == 'r') {
            root.partitionRows += partition.rows;
        }
        roots.put(partition.name, root.name);
    }

    private List<Publication> publications() throws SQLException {
        Map<String, Publication> found = new TreeMap<>();
        each(PUBLICATIONS, row -> {
            String name = row.getString("pubname");
            Publication publication = found.get(name);
            if (publication == null) {
                publication = new Publication(
                        name,
                        row.getBoolean("puballtables"),
                        row.getBoolean("pubviaroot"),
                        row.getBoolean("pubupdate"),
                        row.getBoolean("pubdelete"),
                        new HashSet<>());
                found.put(name, publication);
            }
            if (row.getString("tablename") != null) {
                TableName table = new TableName(row.getString("schemaname"), row.getString("tablename"));
                publication.tables().add(roots.getOrDefault(table, table));
            }
        });
        return List.copyOf(found.values());
    }

    private void each(String sql, Row row) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                row.read(rows);
            }
        }
    }

    private static int[] numbers(ResultSet row, String column) throws SQLException {
        Array array = row.getArray(column);
        if (array == null) {
            return new int[0];
        }
        Object[] numbers = (Object[]) array.getArray();
        return Arrays.stream(numbers)
                .mapToInt(number -> ((Number) number).intValue())
                .toArray();
    }

    private static List<String> texts(ResultSet row, String column) throws SQLException {
        return Arrays.stream((Object[]) row.getArray(column).getArray())
                .map(Object::toString)
                .toList();
    }

    @FunctionalInterface
    private interface Row {
        void read(ResultSet row) throws SQLException;
    }

    private record Domain(
            String name,
            long baseType,
            boolean overDomain,
            String base,
            char category,
            int modifier,
            boolean notNull,
            List<String> checks) {}
}
