package io.storeveil.policy;

import io.storeveil.protect.Protection;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A table as its part of the file says, before anything is derived from other tables. */
final class TableDraft {

    record ColumnDraft(
            Found<String> name,
            String category,
            Protection inStream,
            AtRest atRest,
            List<String> purposes,
            @Nullable Found<String> domain,
            @Nullable Found<ColumnRef> references) {}

    /** @param on in the file's order */
    record OwnerDraft(
            Found<TableName> to, Map<String, String> on, Map<String, String> when, @Nullable String cast, Place at) {}

    final Found<TableName> name;
    final List<String> key = new ArrayList<>();
    final List<OwnerDraft> owners = new ArrayList<>();
    final List<String> purposes = new ArrayList<>();
    final List<Found<ColumnRef>> clock = new ArrayList<>();
    boolean clockless;
    final Map<String, ColumnDraft> columns = new LinkedHashMap<>();
    boolean shared;
    boolean captured = true;

    TableDraft(Found<TableName> name) {
        this.name = name;
    }

    TableName table() {
        return name.value();
    }

    String where(String column) {
        return name.where() + "." + column;
    }

    Place at(String column) {
        ColumnDraft draft = columns.get(column);
        return draft == null ? name.at() : draft.name().at();
    }
}
