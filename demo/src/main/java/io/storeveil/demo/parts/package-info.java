/** The real parts: PostgreSQL clusters, a Kafka broker, a Connect worker, the retention batch; each started and stopped here. */
@NullMarked
package io.storeveil.demo.parts;

import org.jspecify.annotations.NullMarked;
