package io.storeveil.retention.ownership;

import io.storeveil.policy.Owner;
import io.storeveil.policy.Table;
import io.storeveil.policy.TableName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The link from a table's rows to the rows that own them.
 *
 * @param position among the table's links: an earlier one that applies to a row wins
 */
public record Link(Table child, int position) {

    public Owner owner() {
        return child.owners().get(position);
    }

    public TableName from() {
        return child.name();
    }

    public TableName to() {
        return owner().to();
    }

    boolean toItself() {
        return from().equals(to());
    }

    /** True for a row that this link speaks for: it is filled in, and no earlier one is. */
    public String appliesTo(String alias) {
        List<String> conditions = new ArrayList<>();
        for (int earlier = 0; earlier < position; earlier++) {
            conditions.add("(" + filled(child.owners().get(earlier), alias) + ") is not true");
        }
        conditions.add(filled(owner(), alias));
        return Sql.all(conditions);
    }

    private static String filled(Owner owner, String alias) {
        List<String> conditions = new ArrayList<>();
        owner.on().keySet().forEach(column -> conditions.add(Sql.of(alias, column) + " is not null"));
        owner.when()
                .forEach((column, value) -> conditions.add(Sql.of(alias, column) + "::text = " + Sql.literal(value)));
        return Sql.all(conditions);
    }

    /** True where the row {@code parent} owns the row {@code child}, by the columns alone. */
    public String joinsTo(String child, String parent) {
        List<String> conditions = new ArrayList<>();
        String cast = owner().cast() == null ? "" : "::" + owner().cast();
        owner().on()
                .forEach((column, owned) ->
                        conditions.add(Sql.of(child, column) + cast + " = " + Sql.of(parent, owned) + cast));
        return Sql.all(conditions);
    }

    /**
     * True where one of the rows found {@code from} owns the row {@code child}. One column is compared with all values at
     * once, which an index answers in one sweep.
     */
    public String joinsAny(String child, String parent, String from) {
        if (owner().on().size() == 1 && owner().cast() == null) {
            Map.Entry<String, String> on = owner().on().entrySet().iterator().next();
            return Sql.of(child, on.getKey()) + " = any(array(select " + Sql.of(parent, on.getValue()) + " from " + from
                    + "))";
        }
        return "exists (select 1 from " + from + " and " + joinsTo(child, parent) + ")";
    }
}
