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
            @Nullable Found<ColumnRef> references,
            Map<JsonPath, ColumnDraft> inside,
            @Nullable Found<TableName> like) {

        /** True if what is inside is declared, and the column is not one value. */
        boolean isByPath() {
            return !inside.isEmpty() || like != null;
        }
    }

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
    final Map<String, Place> places = new LinkedHashMap<>();
    boolean shared;
    boolean dropsPartitions;
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

    /** Of a column, or of a path inside one. */
    Place at(String column) {
        return places.getOrDefault(column, name.at());
    }
}
