/** Proof that what the sweep changed has left the stream and reached the warehouse, before any key is destroyed. */
@NullMarked
package io.storeveil.retention.drain;

import org.jspecify.annotations.NullMarked;
