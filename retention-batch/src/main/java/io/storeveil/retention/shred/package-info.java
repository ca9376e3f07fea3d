/** Keys of erased rows: closed, punctured, and their older state made unreadable. */
@NullMarked
package io.storeveil.retention.shred;

import org.jspecify.annotations.NullMarked;
