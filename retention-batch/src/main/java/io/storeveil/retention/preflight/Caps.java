package io.storeveil.retention.preflight;

import io.storeveil.policy.Policy;
import io.storeveil.protect.Spelling;
import io.storeveil.retention.catalog.Catalog;
import io.storeveil.retention.check.Finding;
import io.storeveil.retention.check.PolicyCheck;
import io.storeveil.retention.ownership.Ownership;
import io.storeveil.retention.ownership.Thresholds;
import io.storeveil.retention.plan.Rule;
import io.storeveil.retention.plan.Rules;
import io.storeveil.retention.settings.SettingsException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;

/** Caps of single rules are for rules that there are, which only policy and store together tell. */
public final class Caps {

    private Caps() {}

    /**
     * To be asked before anything begins. What is wrong between policy and store is the preflight's to say.
     *
     * @param capped rules by their names
     * @throws SettingsException if there is no such rule, with the names that there are
     */
    public static void check(Set<String> capped, Policy policy, Instant cutoff, DataSource store) throws SQLException {
        if (capped.isEmpty()) {
            return;
        }
        try (Connection connection = store.getConnection()) {
            Catalog catalog = Catalog.read(connection);
            if (PolicyCheck.check(policy, catalog, connection).stream()
                    .noneMatch(finding -> finding.severity() == Finding.Severity.ERROR)) {
                check(capped, new Rules(new Ownership(policy, catalog), new Thresholds(policy, cutoff)));
            }
        }
    }

    private static void check(Set<String> capped, Rules rules) {
        Set<String> known = Stream.concat(rules.ofInactivePeople().stream(), rules.all().stream())
                .map(Rule::name)
                .collect(Collectors.toCollection(TreeSet::new));
        List<String> unknown = capped.stream()
                .filter(name -> !known.contains(name))
                .sorted()
                .map(name -> "there is no rule '" + name + "'" + Spelling.didYouMean(name, known))
                .toList();
        if (!unknown.isEmpty()) {
            throw new SettingsException(List.of(
                    "sweep.caps: " + String.join("; ", unknown) + "; allowed are: " + String.join(", ", known)));
        }
    }
}
