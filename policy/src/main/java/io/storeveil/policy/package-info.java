@NullMarked
package io.storeveil.policy;

import org.jspecify.annotations.NullMarked;
