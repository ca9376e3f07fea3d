package io.storeveil.retention.sweep;

import java.time.Instant;
import java.time.LocalDate;

/**
 * One attempt at one night's sweep of one store.
 *
 * @param id           {@code store/business-date/attempt}; a simulated run has {@code /simulated} behind it
 * @param businessDate the night this run is for, also when it runs late
 * @param attempt      from 1; a new one begins only after a completed one
 * @param cutoff       the one instant by which this attempt decides what is over: the beginning of the business date in
 *                     the policy's zone
 * @param simulate     the same code, and nothing changes
 */
public record Run(String id, String store, LocalDate businessDate, int attempt, Instant cutoff, boolean simulate) {}
