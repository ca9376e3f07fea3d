@NullMarked
package io.storeveil.retention.ledger;

import org.jspecify.annotations.NullMarked;
