package io.storeveil.demo;

import io.storeveil.policy.Column;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One row as the store has it, and as the warehouse has it, with what the policy says of each column. */
final class SideBySide {

    private SideBySide() {}

    static void show(Stage stage, String table, long id) {
        Map<String, @Nullable String> store = stage.store().row("select * from " + table + " where id = ?", id);
        Map<String, @Nullable String> warehouse =
                stage.warehouse().row("select * from " + table + " where id = ?", stage.pseudonym(table, "id", id));
        Map<String, Column> columns = stage.columns(table);
        List<List<String>> rows = new ArrayList<>();
        store.forEach((name, value) -> {
            Column column = columns.get(name);
            rows.add(List.of(
                    name,
                    text(value),
                    warehouse.containsKey(name) ? text(warehouse.get(name)) : "(no such column)",
                    column == null ? "not in the policy" : column.inStream().toString()));
        });
        stage.screen.table(List.of(table, "in the store", "in the warehouse", "policy"), rows);
    }

    private static String text(@Nullable String value) {
        return value == null ? "·" : value.replace("\n", "⏎");
    }
}
