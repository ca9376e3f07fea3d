package io.storeveil.retention.approval;

import java.time.Instant;
import java.util.List;

/**
 * What a run means to do.
 *
 * @param body   JSON, as the plan step wrote it
 * @param sha256 of the body
 */
public record Plan(String run, String sha256, String body, Instant createdAt, List<PlannedRule> rules) {

    public List<PlannedRule> observing() {
        return rules.stream().filter(PlannedRule::observes).toList();
    }
}
