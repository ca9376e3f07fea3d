@NullMarked
package io.storeveil.retention.approval;

import org.jspecify.annotations.NullMarked;
