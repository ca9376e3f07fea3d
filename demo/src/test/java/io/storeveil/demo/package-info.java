@NullMarked
package io.storeveil.demo;

import org.jspecify.annotations.NullMarked;
