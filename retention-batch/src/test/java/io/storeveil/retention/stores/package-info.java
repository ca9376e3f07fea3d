/** Databases that nobody here made, for tests. */
@NullMarked
package io.storeveil.retention.stores;

import org.jspecify.annotations.NullMarked;
