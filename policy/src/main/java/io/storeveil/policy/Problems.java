package io.storeveil.policy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** The problems of one policy file, in the order of their places. */
final class Problems {

    private static final int MOST_SHOWN = 100;

    private record Problem(Place at, String where, String text) {}

    private final String file;
    private final List<Problem> problems = new ArrayList<>();

    Problems(String file) {
        this.file = file;
    }

    void add(Place at, String where, String text) {
        Problem problem = new Problem(at, where, text);
        if (!problems.contains(problem)) {
            problems.add(problem);
        }
    }

    void add(Found<?> found, String text) {
        add(found.at(), found.where(), text);
    }

    boolean none() {
        return problems.isEmpty();
    }

    /** True if something is wrong with this part of the policy or with a part of it. */
    boolean concern(String where) {
        return problems.stream()
                .anyMatch(problem -> problem.where.equals(where)
                        || problem.where.startsWith(where + ".")
                        || problem.where.startsWith(where + "["));
    }

    void throwIfAny() {
        if (!problems.isEmpty()) {
            throw new PolicyException(lines());
        }
    }

    private List<String> lines() {
        List<String> lines = new ArrayList<>();
        problems.stream()
                .sorted(Comparator.comparing(Problem::at))
                .limit(MOST_SHOWN)
                .forEach(problem -> lines.add(file + ":" + problem.at.line() + ":" + problem.at.column() + ": "
                        + (problem.where.isEmpty() ? "" : Words.plain(problem.where, 200) + ": ") + problem.text));
        if (problems.size() > MOST_SHOWN) {
            lines.add(file + ": and " + (problems.size() - MOST_SHOWN) + " more");
        }
        return lines;
    }

    /** {@code unknown purpose 'contrct'; allowed: ...; did you mean 'contract'?}. */
    void unknown(Found<?> found, String what, String text, Collection<String> allowed) {
        add(found, Words.unknown(what, text, allowed));
    }
}
