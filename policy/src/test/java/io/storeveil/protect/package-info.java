@NullMarked
package io.storeveil.protect;

import org.jspecify.annotations.NullMarked;
