@NullMarked
package io.storeveil.retention.erase;

import org.jspecify.annotations.NullMarked;
