@NullMarked
package io.storeveil.retention.person;

import org.jspecify.annotations.NullMarked;
