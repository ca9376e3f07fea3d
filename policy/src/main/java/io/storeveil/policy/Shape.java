package io.storeveil.policy;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What may stand in one place of a policy. {@link Language} declares them, {@link ShapeCheck} holds a file against them,
 * and the JSON Schema for editors is written from them.
 */
sealed interface Shape {

    /** For messages: {@code a calendar period such as P3Y}. */
    String allowed();

    /** @param pattern the whole text must match; understood by Java and ECMAScript alike */
    record Text(String allowed, Pattern pattern) implements Shape {}

    /** An unquoted {@code null} is taken for the word, where {@code null} is one of them. */
    record Word(String what, List<String> words) implements Shape {
        @Override
        public String allowed() {
            return words.size() == 1 ? words.get(0) : "one of " + String.join(", ", words);
        }
    }

    record YesNo() implements Shape {
        @Override
        public String allowed() {
            return "true or false";
        }
    }

    /** Text, number, true or false. */
    record Value(String allowed) implements Shape {}

    record ListOf(String allowed, Shape item, int least) implements Shape {}

    record Pair(String allowed, Shape first, Shape second) implements Shape {}

    /** Keys are names that the policy's author chooses. */
    record MapOf(String allowed, Shape key, Shape value, int least, int most) implements Shape {}

    /** Keys are words of the language. */
    record Fields(String allowed, Map<String, Field> fields) implements Shape {}

    record Field(Shape shape, boolean required, String doc) {}

    /** Of each kind (a scalar, a list, a mapping) at most one. */
    record Either(List<Shape> shapes) implements Shape {
        @Override
        public String allowed() {
            return shapes.stream().map(Shape::allowed).collect(Collectors.joining(", or "));
        }
    }
}
