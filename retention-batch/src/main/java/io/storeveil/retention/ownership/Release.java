package io.storeveil.retention.ownership;

import io.storeveil.policy.TableName;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * How rows that stay let go of rows that go: by null, or by naming the row that the policy puts in their place.
 *
 * @param values   what each changed column of the staying row becomes, as SQL
 * @param ownedBy  links of ownership over the same columns: rows for which one of these speaks do not let go
 */
public record Release(Reference reference, Map<String, String> values, List<Link> ownedBy) {

    public TableName from() {
        return reference.from();
    }

    public List<String> columns() {
        return List.copyOf(values.keySet());
    }

    /** True if it names no other row instead. */
    public boolean byNull() {
        return values.values().stream().allMatch("null"::equals);
    }

    /** For an update. */
    public String assignments() {
        return values.entrySet().stream()
                .map(value -> Sql.name(value.getKey()) + " = " + value.getValue())
                .collect(Collectors.joining(", "));
    }

    /** True where the row {@code child} names the row {@code parent}, and is not owned by it. */
    public String letsGo(String child, String parent) {
        String names = reference.joins(child, parent);
        return ownedBy.isEmpty()
                ? names
                : names + " and "
                        + ownedBy.stream()
                                .map(link -> "(" + link.appliesTo(child) + ") is not true")
                                .collect(Collectors.joining(" and "));
    }
}
