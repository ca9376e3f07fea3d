/** How many records pass through one Connect worker, with Protect and without. */
@NullMarked
package io.storeveil.demo.throughput;

import org.jspecify.annotations.NullMarked;
