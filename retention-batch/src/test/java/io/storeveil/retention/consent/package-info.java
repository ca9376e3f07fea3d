@NullMarked
package io.storeveil.retention.consent;

import org.jspecify.annotations.NullMarked;
