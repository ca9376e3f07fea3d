@NullMarked
package io.storeveil.retention.hold;

import org.jspecify.annotations.NullMarked;
