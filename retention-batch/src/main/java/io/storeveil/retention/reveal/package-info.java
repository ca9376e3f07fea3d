/** A person looks at single values, and says why. */
@NullMarked
package io.storeveil.retention.reveal;

import org.jspecify.annotations.NullMarked;
