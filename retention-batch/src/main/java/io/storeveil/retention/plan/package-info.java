@NullMarked
package io.storeveil.retention.plan;

import org.jspecify.annotations.NullMarked;
