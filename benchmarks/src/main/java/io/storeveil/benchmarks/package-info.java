/** What is claimed of speed, measured. */
@NullMarked
package io.storeveil.benchmarks;

import org.jspecify.annotations.NullMarked;
