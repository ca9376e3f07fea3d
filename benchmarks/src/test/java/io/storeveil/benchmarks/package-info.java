@NullMarked
package io.storeveil.benchmarks;

import org.jspecify.annotations.NullMarked;
