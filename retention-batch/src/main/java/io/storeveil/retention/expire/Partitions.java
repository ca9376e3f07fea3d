package io.storeveil.retention.expire;

import io.storeveil.policy.TableName;
import io.storeveil.retention.catalog.CatalogColumn;
import io.storeveil.retention.catalog.Trigger;
import io.storeveil.retention.ownership.Clocks;
import io.storeveil.retention.ownership.Dependents;
import io.storeveil.retention.ownership.Ownership;
import io.storeveil.retention.ownership.Sql;
import io.storeveil.retention.ownership.Texts;
import io.storeveil.retention.plan.Rule;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The partitions of one rule's table in which nothing can be young: they are ranges of the column that dates the rows, and
 * end before the day from which rows are kept. A default partition, one that is being detached, and one under which a
 * foreign table lies are never among them.
 */
final class Partitions {

    /** @param oid of the partition, below which there may be others */
    record Partition(long oid, TableName name, TableName parent) {

        String sql() {
            return Sql.name(name);
        }
    }

    /** PostgreSQL 13 does not have {@code inhdetachpending}. */
    private static final String OVER =
            """
            select c.oid, n.nspname, c.relname, pn.nspname, p.relname
            from pg_partition_tree(cast(? as regclass)) t
            join pg_class c on c.oid = t.relid join pg_namespace n on n.oid = c.relnamespace
            join pg_inherits i on i.inhrelid = c.oid
            join pg_class p on p.oid = i.inhparent join pg_namespace pn on pn.oid = p.relnamespace
            join pg_partitioned_table k on k.partrelid = p.oid and k.partstrat = 'r' and k.partnatts = 1
            join pg_attribute a on a.attrelid = p.oid and a.attnum = k.partattrs[0] and a.attname = ?
            where (to_jsonb(i) ->> 'inhdetachpending') is distinct from 'true'
              and not exists (select from pg_partition_tree(c.oid) s join pg_class l on l.oid = s.relid
                              where l.relkind not in ('r', 'p'))
              and cast(substring(pg_get_expr(c.relpartbound, c.oid) from 'TO \\(''([^'']*)''\\)$') as TYPE) <= LIMIT
            order by t.level, 2, 3""";

    private static final String CARRIED =
            """
            select 1 from pg_publication_tables t join pg_namespace n on n.nspname = t.schemaname
            join pg_class c on c.relname = t.tablename and c.relnamespace = n.oid
            where c.oid in (select relid from pg_partition_tree(cast(? as regclass)))
            union all
            select 1 from pg_replication_slots
            where slot_type = 'logical' and database = current_database() and plugin <> 'pgoutput'""";

    /** What dropping a partition locks besides: its parent and that one's default, and tables on both ends of foreign keys. */
    private static final String CONCERNED =
            """
            with tree as (select relid from pg_partition_tree(cast(cast(? as oid) as regclass))
                          union select relid from pg_partition_ancestors(cast(cast(? as oid) as regclass)))
            select cast(o.oid as regclass)::text from (
                select i.inhparent as oid from pg_inherits i where i.inhrelid = cast(? as oid)
                union select k.partdefid from pg_inherits i join pg_partitioned_table k on k.partrelid = i.inhparent
                      where i.inhrelid = cast(? as oid) and k.partdefid <> 0
                union select f.confrelid from pg_constraint f join tree on tree.relid = f.conrelid where f.contype = 'f'
                union select f.conrelid from pg_constraint f join tree on tree.relid = f.confrelid where f.contype = 'f'
            ) o order by 1""";

    private final Rule rule;
    private final Ownership ownership;

    Partitions(Rule rule, Ownership ownership) {
        this.rule = rule;
        this.ownership = ownership;
    }

    /** The column that dates the rows; empty where the policy does not let partitions go, or several columns do. */
    private Optional<CatalogColumn> dating() {
        return rule.kind() == Rule.Kind.DELETE
                        && ownership.table(rule.table()).dropsPartitions()
                        && ownership.described(rule.table()).partitioned()
                ? new Clocks(ownership)
                        .dating(rule.table())
                        .filter(dating -> dating.up().isEmpty())
                        .map(Clocks.Dating::column)
                : Optional.empty();
    }

    /** False where no partition ever is one of them. */
    boolean some() {
        return dating().isPresent();
    }

    /** Those above others first. */
    List<Partition> over(Connection connection) throws SQLException {
        Optional<CatalogColumn> column = dating();
        if (column.isEmpty()) {
            return List.of();
        }
        String limit = new Clocks(ownership).limit(column.get(), rule.over());
        try (PreparedStatement query = connection.prepareStatement(
                OVER.replace("TYPE", column.get().type()).replace("LIMIT", limit))) {
            query.setString(1, Sql.name(rule.table()));
            query.setString(2, column.get().name());
            return Texts.all(query, 5).stream()
                    .map(row -> new Partition(
                            Long.parseLong(row.get(0)),
                            new TableName(row.get(1), row.get(2)),
                            new TableName(row.get(3), row.get(4))))
                    .toList();
        }
    }

    /**
     * Whether rows may go with their partition, without a delete of their own: nobody is told of each, in the store or
     * behind a replication slot, and nothing refers to them or is referred to for their sake.
     */
    boolean mayTakeRows(Connection connection) throws SQLException {
        Dependents dependents = new Dependents(ownership);
        TableName table = rule.table();
        boolean told = ownership.described(table).triggers().stream()
                .filter(Trigger::enabled)
                .anyMatch(trigger -> trigger.events().contains("DELETE"));
        return !told
                && dependents.naming(table).isEmpty()
                && ownership.toShared(table).isEmpty()
                && !carried(connection);
    }

    private boolean carried(Connection connection) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(CARRIED)) {
            query.setString(1, Sql.name(rule.table()));
            return !Texts.all(query, 1).isEmpty();
        }
    }

    /** For a {@code lock table} that locks all that goes, and all that it takes a look at. */
    static String concerned(Connection connection, Partition partition) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(CONCERNED)) {
            for (int i = 1; i <= 4; i++) {
                query.setLong(i, partition.oid());
            }
            List<String> tables = new ArrayList<>();
            for (List<String> row : Texts.all(query, 1)) {
                tables.add("only " + row.get(0));
            }
            tables.add(partition.sql());
            return String.join(", ", tables);
        }
    }
}
