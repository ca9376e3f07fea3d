/** {@code connector check}: what in the running connectors weakens the protection, read through Connect's REST interface. */
@NullMarked
package io.storeveil.retention.connector;

import org.jspecify.annotations.NullMarked;
