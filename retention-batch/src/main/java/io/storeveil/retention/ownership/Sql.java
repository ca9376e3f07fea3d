package io.storeveil.retention.ownership;

import io.storeveil.policy.TableName;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;

/** Names and literals as SQL, quoted by jOOQ. */
public final class Sql {

    static {
        System.setProperty("org.jooq.no-logo", "true");
        System.setProperty("org.jooq.no-tips", "true");
    }

    private static final DSLContext POSTGRES = DSL.using(SQLDialect.POSTGRES);

    /** A store has few names, and each stands in many statements. */
    private static final Map<Object, String> NAMES = new ConcurrentHashMap<>();

    private Sql() {}

    public static String name(String name) {
        return NAMES.computeIfAbsent(name, any -> POSTGRES.render(DSL.quotedName(name)));
    }

    public static String name(TableName table) {
        return NAMES.computeIfAbsent(table, any -> POSTGRES.render(DSL.quotedName(table.schema(), table.name())));
    }

    /** {@code a."column"}. */
    public static String of(String alias, String column) {
        return alias + "." + name(column);
    }

    public static String literal(String text) {
        return POSTGRES.render(DSL.inline(text));
    }

    public static String list(String alias, Collection<String> columns) {
        return columns.stream().map(column -> of(alias, column)).collect(Collectors.joining(", "));
    }

    /** That two rows of one table are not the same: rows of two partitions may lie at the same place. */
    static String anotherRow(String one, String other) {
        return "(" + one + ".tableoid, " + one + ".ctid) is distinct from (" + other + ".tableoid, " + other + ".ctid)";
    }

    public static String all(Collection<String> conditions) {
        return conditions.isEmpty() ? "true" : String.join(" and ", conditions);
    }

    public static String any(Collection<String> conditions) {
        return conditions.isEmpty() ? "false" : "(" + String.join(" or ", conditions) + ")";
    }
}
