/** What several tests of the sweep stand on. */
@NullMarked
package io.storeveil.retention.testing;

import org.jspecify.annotations.NullMarked;
