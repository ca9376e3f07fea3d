package io.storeveil.connect;

import io.storeveil.policy.Column;
import io.storeveil.policy.JsonPath;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The paths of one column as a tree. A name goes before the wildcard: what {@code $.a.x} says of {@code x} in {@code a}
 * counts, and what {@code $[*].y} says of {@code y}, too.
 *
 * @param place   what the policy calls it: the column's name and the path
 * @param value   what the policy says of the value that stands here; null where there are more paths from here
 * @param members by name
 * @param every   for elements, and for members without a path of their own
 */
record Paths(
        String place, boolean isColumn, @Nullable Column value, Map<String, Paths> members, @Nullable Paths every) {

    private record Way(List<JsonPath.Step> rest, Column column) {

        Way next() {
            return new Way(rest.subList(1, rest.size()), column);
        }

        boolean begins(JsonPath.Step step) {
            return !rest.isEmpty() && rest.get(0).equals(step);
        }
    }

    static Paths of(Column column) {
        if (column.inside().isEmpty()) {
            return new Paths(column.name(), true, column, Map.of(), null);
        }
        List<Way> ways = new ArrayList<>();
        column.inside().forEach((path, part) -> ways.add(new Way(path.steps(), part)));
        return of(column.name(), true, ways);
    }

    /** What the policy says of a member of an object; null if it does not know it. */
    @Nullable
    Paths member(String name) {
        return members.getOrDefault(name, every);
    }

    /** @param ways those that count more first */
    private static Paths of(String place, boolean isColumn, List<Way> ways) {
        if (ways.get(0).rest.isEmpty()) {
            return new Paths(place, isColumn, ways.get(0).column, Map.of(), null);
        }
        JsonPath.Step wildcard = new JsonPath.Every();
        List<Way> every =
                ways.stream().filter(way -> way.begins(wildcard)).map(Way::next).toList();
        Set<JsonPath.Step> names = new LinkedHashSet<>();
        ways.stream()
                .filter(way -> !way.rest.isEmpty() && !way.begins(wildcard))
                .forEach(way -> names.add(way.rest.get(0)));
        String prefix = isColumn ? place + ".$" : place;
        Map<String, Paths> members = new LinkedHashMap<>();
        for (JsonPath.Step name : names) {
            List<Way> from = new ArrayList<>();
            ways.stream().filter(way -> way.begins(name)).map(Way::next).forEach(from::add);
            from.addAll(every);
            members.put(((JsonPath.Member) name).name(), of(prefix + name, false, from));
        }
        return new Paths(place, isColumn, null, members, every.isEmpty() ? null : of(prefix + wildcard, false, every));
    }
}
