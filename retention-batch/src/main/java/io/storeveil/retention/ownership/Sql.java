package io.storeveil.retention.ownership;

import io.storeveil.policy.TableName;
import java.util.Collection;
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

    private Sql() {}

    public static String name(String name) {
        return POSTGRES.render(DSL.quotedName(name));
    }

    public static String name(TableName table) {
        return POSTGRES.render(DSL.quotedName(table.schema(), table.name()));
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

    public static String all(Collection<String> conditions) {
        return conditions.isEmpty() ? "true" : String.join(" and ", conditions);
    }

    public static String any(Collection<String> conditions) {
        return conditions.isEmpty() ? "false" : "(" + String.join(" or ", conditions) + ")";
    }
}
