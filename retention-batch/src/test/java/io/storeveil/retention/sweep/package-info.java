@NullMarked
package io.storeveil.retention.sweep;

import org.jspecify.annotations.NullMarked;
