/** The night's evidence: what the sweep did, as a person reads it and as a machine does, and its sign-off. */
@NullMarked
package io.storeveil.retention.report;

import org.jspecify.annotations.NullMarked;
