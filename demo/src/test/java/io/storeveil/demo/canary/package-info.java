@NullMarked
package io.storeveil.demo.canary;

import org.jspecify.annotations.NullMarked;
