package io.storeveil.protect;

import java.util.List;
import java.util.Map;

/** The list of protections that a policy may name. */
public final class Protections {

    private Protections() {}

    /** Every word a policy may use, in the order the documentation lists them. */
    public static List<String> names() {
        return List.of();
    }

    /**
     * @param options as the policy gives them: {@code generalise: year} is {@code {"": "year"}}, {@code partial:
     *     {keep-last: 4}} is {@code {"keep-last": "4"}}, a bare word is empty
     * @throws IllegalArgumentException saying what is wrong with the name or the options and what is allowed
     */
    public static Protection of(String name, Map<String, String> options) {
        throw new IllegalArgumentException("unknown protection '" + name + "' with options " + options.keySet());
    }
}
