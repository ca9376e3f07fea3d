package io.storeveil.retention.verify;

import io.storeveil.policy.TableName;
import io.storeveil.retention.ownership.Link;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * A row of a person's, with the rows above and below it that are theirs too: as it lies in the store now, or, where it is
 * gone, what is remembered of it.
 */
final class Row {

    private final TableName table;
    private final JsonNode values;
    private final boolean gone;
    private final List<Row> owners = new ArrayList<>();
    private final List<Row> owned = new ArrayList<>();
    private boolean drifting;
    private boolean anchored;

    private Row(TableName table, JsonNode values, boolean gone) {
        this.table = table;
        this.values = values;
        this.gone = gone;
    }

    static Row present(TableName table, JsonNode values) {
        return new Row(table, values, false);
    }

    /** @param values keys, and what rows below it name it by */
    static Row gone(TableName table, JsonNode values) {
        return new Row(table, values, true);
    }

    TableName table() {
        return table;
    }

    boolean gone() {
        return gone;
    }

    /** As PostgreSQL's {@code row_to_json} gives it; missing where the table has no such column. */
    JsonNode value(String column) {
        return values.path(column);
    }

    List<Row> owners() {
        return owners;
    }

    List<Row> owned() {
        return owned;
    }

    /** @param byKey the owner could not go before it */
    void ownedBy(Row owner, boolean byKey) {
        owners.add(owner);
        owner.owned.add(this);
        anchored |= !owner.gone || !byKey;
        drifting = true;
    }

    /** It was theirs, and nothing is known to own it. */
    void drifts() {
        drifting = true;
    }

    /** True if it is left behind, without the row that owned it. */
    boolean adrift() {
        return drifting && !anchored;
    }

    /** True if this link is the one to ask for its owner, unless an earlier one is. */
    boolean follows(Link link) {
        return !texts(List.copyOf(link.owner().on().keySet())).isEmpty()
                && link.owner().when().entrySet().stream()
                        .allMatch(when -> texts(List.of(when.getKey())).equals(List.of(when.getValue())));
    }

    /** The values of these columns as text; empty where one of them is null. */
    List<String> texts(List<String> columns) {
        List<String> texts = new ArrayList<>();
        for (String column : columns) {
            JsonNode value = value(column);
            if (value.isNull() || value.isMissingNode()) {
                return List.of();
            }
            texts.add(value.isString() ? value.asString() : value.toString());
        }
        return texts;
    }

    /** The whole row: for telling rows without a primary key apart. */
    String whole() {
        return values.toString();
    }

    /** Without values. */
    @Override
    public String toString() {
        return "Row[" + table + (gone ? ", gone" : "") + "]";
    }
}
