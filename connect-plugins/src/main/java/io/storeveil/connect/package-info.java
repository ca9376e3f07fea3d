/** Transforms for Kafka Connect, and the shapes of the records they understand. */
@NullMarked
package io.storeveil.connect;

import org.jspecify.annotations.NullMarked;
