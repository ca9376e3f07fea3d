package io.storeveil.connect;

import io.storeveil.connect.ProtectionStopped.Place;
import io.storeveil.keys.Keyring;
import io.storeveil.keys.OwnerKey;
import org.apache.kafka.connect.data.Schema;
import org.jspecify.annotations.Nullable;

/** A JSON text, path by path. One that is malformed does not pass: it becomes null, or stops the task. */
record JsonPlan(Schema out, JsonTree tree) implements FieldPlan {

    static JsonPlan of(Schema in, Paths paths, Site site) {
        Schema out = FieldShape.of(in) == FieldShape.JSON
                ? SchemaCopy.withoutDefault(in, true, null)
                : SchemaCopy.text(in, true, null);
        return new JsonPlan(out, new JsonTree(paths, site));
    }

    @Override
    public boolean ownerKeyed() {
        return tree.ownerKeyed();
    }

    @Override
    public @Nullable Object apply(Object value, Keyring keys, @Nullable OwnerKey owner, Place place) {
        return tree.text((String) value, keys, owner, place);
    }
}
