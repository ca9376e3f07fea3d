@NullMarked
package io.storeveil.retention.restore;

import org.jspecify.annotations.NullMarked;
