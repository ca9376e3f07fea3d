@NullMarked
package io.storeveil.retention.ownership;

import org.jspecify.annotations.NullMarked;
