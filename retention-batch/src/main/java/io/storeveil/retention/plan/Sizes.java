package io.storeveil.retention.plan;

import io.storeveil.retention.ownership.Ownership;
import io.storeveil.retention.plan.Stretches.Part;
import io.storeveil.retention.store.StoreTransaction;
import io.storeveil.retention.sweep.SweepContext;
import io.storeveil.retention.sweep.Workers;
import io.storeveil.retention.sweep.Workers.Task;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Of rules that will act, only how many rows they find: what a hold or an open contract prevents is found out under the
 * fences, and would cost as much twice.
 */
final class Sizes {

    private record Share(Rule rule, RuleSql sql, Part part) {}

    private final StoreTransaction transaction;
    private final int workers;

    Sizes(SweepContext context) {
        this.transaction = context.transaction();
        this.workers = context.parallelism();
    }

    /** Rows by rule, counted by as many at once as may be. */
    Map<Rule, Long> of(Ownership ownership, List<Rule> rules) throws SQLException {
        try (Workers counting = new Workers(workers)) {
            List<Share> shares = new ArrayList<>();
            counting.all(rules.stream()
                            .<Task<List<Share>>>map(rule -> () -> shares(rule, RuleSql.of(rule, ownership)))
                            .toList())
                    .forEach(shares::addAll);
            List<Long> counts = counting.all(
                    shares.stream().<Task<Long>>map(share -> () -> count(share)).toList());
            Map<Rule, Long> sizes = new HashMap<>();
            rules.forEach(rule -> sizes.put(rule, 0L));
            for (int i = 0; i < counts.size(); i++) {
                sizes.merge(shares.get(i).rule(), counts.get(i), Long::sum);
            }
            return sizes;
        }
    }

    private List<Share> shares(Rule rule, RuleSql sql) throws SQLException {
        return transaction.look(sql.settled(), connection -> sql.countEligible().parts(connection, workers)).stream()
                .map(part -> new Share(rule, sql, part))
                .toList();
    }

    private long count(Share share) throws SQLException {
        return transaction.look(
                share.sql().settled(), connection -> share.sql().countEligible().in(connection, share.part()));
    }
}
