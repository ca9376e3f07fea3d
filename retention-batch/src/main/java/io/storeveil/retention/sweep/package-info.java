/**
 * The nightly sweep as a Spring Batch job.
 *
 * <pre>
 *  lock ─▶ preflight ─▶ restore ─▶ plan ─▶ erase ─▶ expire ─▶ drain ─▶ shred ─▶ verify ─▶ vacuum ─▶ report, whatever
 *          may we?      is it the  what    people   rules     Kafka,   keys     look                became of them
 *                       store that will            (approved  sink              again
 *                       it was?    be done          only)
 * </pre>
 *
 * Each step reads what is done from the store's journal, so that after a crash the same command goes on; Spring Batch's
 * own tables only say where. What a step needs stands in {@link io.storeveil.retention.sweep.SweepContext}.
 */
@NullMarked
package io.storeveil.retention.sweep;

import org.jspecify.annotations.NullMarked;
