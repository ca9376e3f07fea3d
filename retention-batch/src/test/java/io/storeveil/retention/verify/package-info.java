@NullMarked
package io.storeveil.retention.verify;

import org.jspecify.annotations.NullMarked;
