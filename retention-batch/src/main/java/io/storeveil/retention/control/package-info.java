@NullMarked
package io.storeveil.retention.control;

import org.jspecify.annotations.NullMarked;
