package io.storeveil.connect;

import io.storeveil.connect.ProtectionStopped.Place;
import io.storeveil.keys.Keyring;
import org.apache.kafka.connect.data.Schema;
import org.jspecify.annotations.Nullable;

/** What a record's value, or its key, of one table and shape becomes. */
interface RecordPlan {

    /** Null for what comes without a schema, and leaves without one. */
    @Nullable
    Schema out();

    /** @param value is not changed */
    Object apply(Object value, Keyring keys, Place place);
}
