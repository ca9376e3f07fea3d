@NullMarked
package io.storeveil.retention.preflight;

import org.jspecify.annotations.NullMarked;
