@NullMarked
package io.storeveil.connect;

import org.jspecify.annotations.NullMarked;
