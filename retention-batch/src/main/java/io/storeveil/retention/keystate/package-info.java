@NullMarked
package io.storeveil.retention.keystate;

import org.jspecify.annotations.NullMarked;
