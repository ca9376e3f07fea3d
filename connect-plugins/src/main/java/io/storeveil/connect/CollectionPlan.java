package io.storeveil.connect;

import io.storeveil.connect.ProtectionStopped.Place;
import io.storeveil.connect.ProtectionStopped.Reason;
import io.storeveil.keys.Keyring;
import io.storeveil.keys.OwnerKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.jspecify.annotations.Nullable;

/** An array's elements or a map's values inside of a column. A map's keys stay as they are. */
final class CollectionPlan implements FieldPlan {

    private final Paths paths;
    private final Schema out;
    private final Map<String, FieldPlan> members;
    private final @Nullable FieldPlan every;
    private final Site site;

    private CollectionPlan(
            Paths paths, Schema out, Map<String, FieldPlan> members, @Nullable FieldPlan every, Site site) {
        this.paths = paths;
        this.out = out;
        this.members = members;
        this.every = every;
        this.site = site;
    }

    /** Null if the policy knows of nothing that could be in it. */
    static @Nullable FieldPlan of(Schema in, Paths paths, Site site, boolean mayBeMissing) {
        Map<String, FieldPlan> members = new LinkedHashMap<>();
        if (in.type() == Schema.Type.MAP) {
            paths.members().forEach((name, inner) -> {
                FieldPlan plan = FieldPlan.inside(in.valueSchema(), inner, site, false);
                if (plan != null) {
                    members.put(name, plan);
                }
            });
        }
        FieldPlan every = paths.every() == null ? null : FieldPlan.inside(in.valueSchema(), paths.every(), site, false);
        if (members.isEmpty() && every == null) {
            return null;
        }
        List<Schema> outs = Stream.concat(members.values().stream(), Stream.ofNullable(every))
                .map(FieldPlan::out)
                .filter(Objects::nonNull)
                .distinct()
                .toList();
        if (outs.size() > 1) {
            throw new ProtectionStopped(Reason.MAP_OF_ONE_TYPE, site.place().column(paths.place(), null));
        }
        // with nothing left of any value, the type of what is not there stays as it was
        Schema inner = outs.isEmpty() ? in.valueSchema() : outs.get(0);
        SchemaBuilder copy =
                in.type() == Schema.Type.ARRAY ? SchemaBuilder.array(inner) : SchemaBuilder.map(in.keySchema(), inner);
        return new CollectionPlan(
                paths, SchemaCopy.like(in, copy, in.isOptional() || mayBeMissing), members, every, site);
    }

    @Override
    public Schema out() {
        return out;
    }

    @Override
    public boolean ownerKeyed() {
        return Stream.concat(members.values().stream(), Stream.ofNullable(every))
                .anyMatch(FieldPlan::ownerKeyed);
    }

    @Override
    public @Nullable Object apply(Object value, Keyring keys, @Nullable OwnerKey owner, Place place) {
        if (site.rules().placeholder().is(value)) {
            return placeholder(value);
        }
        if (value instanceof Map<?, ?> map) {
            Map<Object, @Nullable Object> copy = new LinkedHashMap<>();
            map.forEach((name, inner) -> {
                FieldPlan plan = name instanceof String text ? members.getOrDefault(text, every) : every;
                if (plan == null) {
                    site.undeclared().inside(place.column(paths.place(), null));
                } else if (plan.out() != null) {
                    copy.put(name, inner == null ? null : plan.apply(inner, keys, owner, place));
                }
            });
            return copy;
        }
        List<@Nullable Object> copy = new ArrayList<>();
        if (every != null && every.out() != null) {
            for (Object inner : (Collection<?>) value) {
                copy.add(inner == null ? null : every.apply(inner, keys, owner, place));
            }
        }
        return copy;
    }

    /** In a form that the new type can hold. */
    private Object placeholder(Object value) {
        boolean texts = out.valueSchema().type() == Schema.Type.STRING;
        return value instanceof List<?> list && texts && !(list.get(0) instanceof String)
                ? List.of(site.rules().placeholder().text())
                : value;
    }
}
