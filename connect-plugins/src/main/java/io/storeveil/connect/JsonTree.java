package io.storeveil.connect;

import io.storeveil.connect.ProtectionStopped.Place;
import io.storeveil.keys.Keyring;
import io.storeveil.keys.OwnerKey;
import org.jspecify.annotations.Nullable;

/** A column with paths, where it comes without a schema of its inside: as a JSON text, or as maps and lists. */
final class JsonTree implements TreePlan {

    private final Paths paths;
    private final Site site;
    private final TreePlan tree;

    JsonTree(Paths paths, Site site) {
        this.paths = paths;
        this.site = site;
        this.tree = TreePlan.of(paths, site);
    }

    @Override
    public boolean ownerKeyed() {
        return tree.ownerKeyed();
    }

    @Override
    public @Nullable Object apply(@Nullable Object value, Keyring keys, @Nullable OwnerKey owner, Place place) {
        if (value instanceof String text) {
            return text(text, keys, owner, place);
        }
        return site.rules().placeholder().is(value) ? value : tree.apply(value, keys, owner, place);
    }

    @Nullable
    String text(String json, Keyring keys, @Nullable OwnerKey owner, Place place) {
        if (site.rules().placeholder().is(json)) {
            return json;
        }
        Object value;
        try {
            value = JsonText.read(json);
        } catch (JsonText.Malformed e) {
            site.undeclared().inside(place.column(paths.place(), null));
            return null;
        }
        Object result = tree.apply(value, keys, owner, place);
        return result == LEFT_OUT ? null : JsonText.of(result);
    }
}
