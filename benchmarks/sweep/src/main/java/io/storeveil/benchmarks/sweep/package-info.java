/** The nightly sweep beside what a good DBA writes by hand, on the same rows in the same run. */
@NullMarked
package io.storeveil.benchmarks.sweep;

import org.jspecify.annotations.NullMarked;
