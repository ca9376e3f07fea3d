package io.storeveil.retention.catalog;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One column of a table.
 *
 * @param type     as PostgreSQL writes it, fit for a cast: {@code character varying(40)}, {@code public.mood}
 * @param baseType the type's internal name under any domain: {@code varchar}, {@code int4}, {@code _text}, {@code mood};
 *     {@code _record} of an array of a composite type or a domain, whichever
 * @param category PostgreSQL's {@code typcategory} of the base type: S text, N number, D time, B boolean, A array, E enum
 * @param nullable false for NOT NULL, its own or its domain's
 * @param takesNull whether every row can be given null: false also for a NOT NULL of a partition alone
 * @param length   longest text in characters, or bits; null where there is no limit
 * @param generated {@code GENERATED ALWAYS AS (...) STORED} or virtual: nobody can write it
 * @param identity {@code GENERATED ... AS IDENTITY}
 * @param defaultValue the default's, or generation's, expression
 * @param domain   the domain's qualified name
 * @param domainChecks the domain's conditions, over {@code VALUE}
 * @param enumLabels the labels of an enum in its order; empty otherwise
 * @param mayToast long values may be stored out of line
 */
public record CatalogColumn(
        String name,
        String type,
        String baseType,
        char category,
        boolean nullable,
        boolean takesNull,
        @Nullable Integer length,
        boolean generated,
        boolean identity,
        @Nullable String defaultValue,
        @Nullable String domain,
        List<String> domainChecks,
        List<String> enumLabels,
        boolean mayToast) {
    private static final Set<String> MOMENTS = Set.of("date", "timestamp", "timestamptz");

    /** A date or a timestamp: something that a retention period can count from. */
    public boolean datesRows() {
        return MOMENTS.contains(baseType);
    }

    /** The same column, as a partition that refuses null has it too. */
    CatalogColumn refusingNull() {
        return new CatalogColumn(
                name,
                type,
                baseType,
                category,
                nullable,
                false,
                length,
                generated,
                identity,
                defaultValue,
                domain,
                domainChecks,
                enumLabels,
                mayToast);
    }
}
