package io.storeveil.control;

import java.time.Instant;

/**
 * What a worker held back because no policy knows its name. Names and counts, never a value.
 *
 * @param times records of an unknown table, or fields of an unknown column
 * @param last  when the worker last counted one, give or take its poll
 */
public record Sighting(Unknown what, long times, Instant last) {}
