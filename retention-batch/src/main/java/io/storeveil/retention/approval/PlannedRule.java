package io.storeveil.retention.approval;

import org.jspecify.annotations.Nullable;

/**
 * What a plan says of one rule.
 *
 * @param rule     the rule's name, the same from night to night
 * @param sha256   hash of the rule's text without this night's thresholds: what is approved
 * @param eligible rows
 * @param observes true if this run only counts, and changes nothing by this rule
 * @param why      why it observes; empty if it acts
 */
public record PlannedRule(
        String rule, String sha256, @Nullable String table, long eligible, boolean observes, String why) {}
