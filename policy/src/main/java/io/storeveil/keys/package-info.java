@NullMarked
package io.storeveil.keys;

import org.jspecify.annotations.NullMarked;
