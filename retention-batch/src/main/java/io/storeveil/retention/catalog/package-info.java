/** What a live PostgreSQL says of its tables. */
@NullMarked
package io.storeveil.retention.catalog;

import org.jspecify.annotations.NullMarked;
