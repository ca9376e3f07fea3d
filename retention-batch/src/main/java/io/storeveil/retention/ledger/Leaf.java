package io.storeveil.retention.ledger;

import org.jspecify.annotations.Nullable;

/**
 * One journal entry under a run's seal.
 *
 * @param position within the run, from 0
 * @param journal  its number in the store's journal
 * @param hash     lower-case hex, as it was when the run was sealed
 * @param line     what the store's journal says now; null where it no longer has the entry
 */
record Leaf(String run, long position, long journal, String hash, @Nullable String line) {}
