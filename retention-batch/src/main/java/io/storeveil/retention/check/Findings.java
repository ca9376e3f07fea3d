package io.storeveil.retention.check;

import io.storeveil.policy.TableName;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Collects findings; the same one twice is one. */
final class Findings {
    private final Set<Finding> all = new LinkedHashSet<>();

    void error(TableName table, String what, String remedy) {
        all.add(new Finding(Finding.Severity.ERROR, table.toString(), what, remedy));
    }

    void error(TableName table, String column, String what, String remedy) {
        all.add(new Finding(Finding.Severity.ERROR, table + "." + column, what, remedy));
    }

    void warning(TableName table, String what, String remedy) {
        all.add(new Finding(Finding.Severity.WARNING, table.toString(), what, remedy));
    }

    void warning(TableName table, String column, String what, String remedy) {
        all.add(new Finding(Finding.Severity.WARNING, table + "." + column, what, remedy));
    }

    /** Errors first, then by place. */
    List<Finding> sorted() {
        List<Finding> sorted = new ArrayList<>(all);
        sorted.sort(Comparator.comparing(Finding::severity).thenComparing(Finding::where));
        return List.copyOf(sorted);
    }
}
