@NullMarked
package io.storeveil.retention.precedence;

import org.jspecify.annotations.NullMarked;
