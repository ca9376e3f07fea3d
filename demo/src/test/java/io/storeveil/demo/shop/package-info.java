@NullMarked
package io.storeveil.demo.shop;

import org.jspecify.annotations.NullMarked;
