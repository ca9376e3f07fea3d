@NullMarked
package io.storeveil.retention.subject;

import org.jspecify.annotations.NullMarked;
