@NullMarked
package io.storeveil.retention.settings;

import org.jspecify.annotations.NullMarked;
