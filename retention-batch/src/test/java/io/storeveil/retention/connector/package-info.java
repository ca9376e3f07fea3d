@NullMarked
package io.storeveil.retention.connector;

import org.jspecify.annotations.NullMarked;
