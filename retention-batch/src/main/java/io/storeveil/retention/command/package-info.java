@NullMarked
package io.storeveil.retention.command;

import org.jspecify.annotations.NullMarked;
