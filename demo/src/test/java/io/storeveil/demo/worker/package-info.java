/** What a Connect worker with our plugins tells an operator, and is told by one. */
@NullMarked
package io.storeveil.demo.worker;

import org.jspecify.annotations.NullMarked;
