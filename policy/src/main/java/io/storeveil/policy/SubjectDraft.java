package io.storeveil.policy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A kind of person as its part of the file says. */
record SubjectDraft(
        Found<String> name,
        Found<TableName> table,
        List<String> key,
        Map<String, String> identifiers,
        @Nullable String created,
        List<Found<ColumnRef>> clock,
        boolean clockless,
        Map<TableName, Found<String>> open,
        boolean erasedInactive) {

    SubjectKind kind() {
        Map<TableName, String> conditions = new LinkedHashMap<>();
        open.forEach((on, condition) -> conditions.put(on, condition.value()));
        return new SubjectKind(
                name.value(),
                table.value(),
                key,
                identifiers,
                created,
                clock.stream().map(Found::value).toList(),
                conditions,
                erasedInactive);
    }
}
