/** The command line. */
@NullMarked
package io.storeveil.retention;

import org.jspecify.annotations.NullMarked;
