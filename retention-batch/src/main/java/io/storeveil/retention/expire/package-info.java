@NullMarked
package io.storeveil.retention.expire;

import org.jspecify.annotations.NullMarked;
