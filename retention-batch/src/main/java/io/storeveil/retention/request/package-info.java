@NullMarked
package io.storeveil.retention.request;

import org.jspecify.annotations.NullMarked;
