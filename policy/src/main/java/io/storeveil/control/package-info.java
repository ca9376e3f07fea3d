@NullMarked
package io.storeveil.control;

import org.jspecify.annotations.NullMarked;
