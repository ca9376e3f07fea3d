package io.storeveil.connect;

import io.storeveil.policy.TableName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** The project's own tables in the store. The journal holds no clear identifier and passes; the others never do. */
final class OwnTables {

    private static final String SCHEMA = "storeveil";
    private static final TableName JOURNAL = new TableName(SCHEMA, "journal");

    private OwnTables() {}

    static boolean owns(TableName table) {
        return table.schema().equals(SCHEMA);
    }

    static boolean passes(TableName table) {
        return table.equals(JOURNAL);
    }

    static Collection<TableName> with(Collection<TableName> tables) {
        List<TableName> all = new ArrayList<>(tables);
        all.removeIf(OwnTables::owns);
        all.addAll(List.of(JOURNAL, new TableName(SCHEMA, "fence"), new TableName(SCHEMA, "hold")));
        return all;
    }
}
