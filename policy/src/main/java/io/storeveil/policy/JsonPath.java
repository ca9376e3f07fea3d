package io.storeveil.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A place inside a column's value: {@code $.address.city}, {@code $.items[*].sku}, {@code $['last name']}. JSONPath (RFC
 * 9535), of which a policy may use names and the wildcard: what an element is must not depend on where in a list it
 * stands. The wildcard is every element of an array and every member of an object.
 */
public record JsonPath(List<Step> steps) {

    private static final String NAME = "(?:[A-Za-z_]|[^\\x00-\\x7F])(?:[A-Za-z0-9_]|[^\\x00-\\x7F])*";
    private static final String QUOTED = "(?:[^'\\\\]|\\\\['\\\\])*";

    /** The whole of a path; understood by Java and ECMAScript alike. */
    static final String FORM = "\\$(?:\\.(?:\\*|" + NAME + ")|\\[(?:\\*|'" + QUOTED + "')\\])+";

    private static final Pattern STEP =
            Pattern.compile("(\\.\\*|\\[\\*\\])|\\.(" + NAME + ")|\\['(" + QUOTED + ")'\\]");

    /** From a value to one, or several, of those in it. */
    public sealed interface Step {}

    /** The member of an object, or the field of a struct, with this name. */
    public record Member(String name) implements Step {

        @Override
        public String toString() {
            return name.matches(NAME)
                    ? "." + name
                    : "['" + name.replace("\\", "\\\\").replace("'", "\\'") + "']";
        }
    }

    /** Every element of an array, every member of an object or map. */
    public record Every() implements Step {

        @Override
        public String toString() {
            return "[*]";
        }
    }

    /** @throws IllegalArgumentException if it is none */
    public static JsonPath of(String text) {
        if (!text.matches(FORM)) {
            throw new IllegalArgumentException(Words.quote(text) + " is no path");
        }
        List<Step> steps = new ArrayList<>();
        Matcher step = STEP.matcher(text);
        while (step.find()) {
            if (step.group(1) != null) {
                steps.add(new Every());
            } else {
                steps.add(new Member(
                        step.group(2) != null ? step.group(2) : step.group(3).replaceAll("\\\\(.)", "$1")));
            }
        }
        return new JsonPath(List.copyOf(steps));
    }

    static JsonPath member(String name) {
        return new JsonPath(List.of(new Member(name)));
    }

    /** The place that {@code inner} is from here. */
    JsonPath then(JsonPath inner) {
        List<Step> all = new ArrayList<>(steps);
        all.addAll(inner.steps);
        return new JsonPath(List.copyOf(all));
    }

    /** True for what lies inside of the place that {@code outer} is. */
    boolean isInside(JsonPath outer) {
        return steps.size() > outer.steps.size()
                && steps.subList(0, outer.steps.size()).equals(outer.steps);
    }

    /** One spelling for each path. */
    @Override
    public String toString() {
        return "$" + steps.stream().map(Step::toString).collect(Collectors.joining());
    }
}
