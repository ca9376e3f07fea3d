package io.storeveil.policy;

import java.util.List;

/** A policy that cannot be used. Every problem says {@code file:line:column}, what was found and what is allowed. */
public final class PolicyException extends RuntimeException {

    private final List<String> problems;

    public PolicyException(List<String> problems) {
        super(String.join("\n", problems));
        this.problems = List.copyOf(problems);
    }

    public List<String> problems() {
        return problems;
    }
}
