package io.storeveil.retention.check;

import io.storeveil.policy.TableName;
import java.util.Collection;
import java.util.stream.Collectors;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;

/** Names and literals as SQL. */
final class Sql {
    private Sql() {}

    static String name(String name) {
        return DSL.using(SQLDialect.POSTGRES).render(DSL.quotedName(name));
    }

    static String name(TableName table) {
        return DSL.using(SQLDialect.POSTGRES).render(DSL.quotedName(table.schema(), table.name()));
    }

    static String names(Collection<String> columns) {
        return columns.stream().map(Sql::name).collect(Collectors.joining(", "));
    }

    static String literal(String text) {
        return DSL.using(SQLDialect.POSTGRES).render(DSL.inline(text));
    }
}
