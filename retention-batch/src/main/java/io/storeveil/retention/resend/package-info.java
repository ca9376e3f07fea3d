/** Rows that go through the stream once more, unchanged, because what a sink may show of them has changed. */
@NullMarked
package io.storeveil.retention.resend;

import org.jspecify.annotations.NullMarked;
