package io.storeveil.connect;

import io.storeveil.connect.ProtectionStopped.Place;
import io.storeveil.keys.Keyring;
import io.storeveil.keys.OwnerKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An object or array without a schema, of which the policy names some members or elements. */
record TreeBranch(String at, Map<String, TreePlan> members, @Nullable TreePlan every, Site site) implements TreePlan {

    static TreeBranch of(Paths paths, Site site) {
        Map<String, TreePlan> members = new LinkedHashMap<>();
        paths.members().forEach((name, inner) -> members.put(name, TreePlan.of(inner, site)));
        return new TreeBranch(
                paths.place(), members, paths.every() == null ? null : TreePlan.of(paths.every(), site), site);
    }

    @Override
    public boolean ownerKeyed() {
        return members.values().stream().anyMatch(TreePlan::ownerKeyed) || (every != null && every.ownerKeyed());
    }

    @Override
    public @Nullable Object apply(@Nullable Object value, Keyring keys, @Nullable OwnerKey owner, Place place) {
        if (value == null) {
            return null;
        }
        if (value instanceof Map<?, ?> map) {
            return object(map, keys, owner, place);
        }
        if (value instanceof List<?> list && every != null) {
            return array(list, every, keys, owner, place);
        }
        site.undeclared().inside(place.column(at, null));
        return LEFT_OUT;
    }

    private Map<String, @Nullable Object> object(Map<?, ?> map, Keyring keys, @Nullable OwnerKey owner, Place place) {
        Map<String, @Nullable Object> copy = new LinkedHashMap<>();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            String name = entry.getKey() instanceof String text ? text : null;
            TreePlan plan = name == null ? null : members.getOrDefault(name, every);
            if (name == null || plan == null) {
                site.undeclared().inside(place.column(at, null));
                continue;
            }
            Object result = plan.apply(entry.getValue(), keys, owner, place);
            if (result != LEFT_OUT) {
                copy.put(name, result);
            }
        }
        return copy;
    }

    private static List<@Nullable Object> array(
            List<?> list, TreePlan element, Keyring keys, @Nullable OwnerKey owner, Place place) {
        List<@Nullable Object> copy = new ArrayList<>(list.size());
        for (Object value : list) {
            Object result = element.apply(value, keys, owner, place);
            if (result != LEFT_OUT) {
                copy.add(result);
            }
        }
        return copy;
    }
}
