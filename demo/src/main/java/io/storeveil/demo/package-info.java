/** The whole flow on one machine, on real parts that come with it. */
@NullMarked
package io.storeveil.demo;

import org.jspecify.annotations.NullMarked;
