@NullMarked
package io.storeveil.retention.store;

import org.jspecify.annotations.NullMarked;
