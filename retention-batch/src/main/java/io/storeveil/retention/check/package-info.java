/** A policy against the database that it is for: what it forgot, and what cannot work. */
@NullMarked
package io.storeveil.retention.check;

import org.jspecify.annotations.NullMarked;
