package io.storeveil.retention.restore;

import java.util.Map;

/**
 * An erased person who is back, as the control database has them.
 *
 * @param certain whether they came to be at the same time as whoever was erased
 * @param rows    of theirs, by table
 */
record Back(String request, String reference, String kind, boolean certain, Map<String, Long> rows) {}
