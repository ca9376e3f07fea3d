/** A believable shop, the same every time, whose every personal value is unique and can be searched for. */
@NullMarked
package io.storeveil.demo.shop;

import org.jspecify.annotations.NullMarked;
