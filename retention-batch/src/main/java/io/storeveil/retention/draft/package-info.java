/** A first policy, guessed from a live database, for a person to finish. */
@NullMarked
package io.storeveil.retention.draft;

import org.jspecify.annotations.NullMarked;
