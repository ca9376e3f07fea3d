package io.storeveil.control;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One writing of one version. Two writers may both have written version 8; at most one of them became the current one,
 * and neither may touch what belongs to the other.
 *
 * @param turn the writer's, rising from one writer to the next; 0 where a lock lets a second writer in only once the
 *     first is dead
 */
record Edition(long version, long turn) {

    /** No version at all yet. */
    static final Edition NONE = new Edition(0, 0);

    /** None any more: the key state went to another place. */
    static final Edition MOVED = new Edition(0, 999_999_999_999_999_999L);

    private static final Pattern SPELLED = Pattern.compile("([0-9]{1,18})(?:-([0-9]{1,18}))?");

    /** What {@link #toString} gave. */
    static Optional<Edition> parse(String text) {
        Matcher spelled = SPELLED.matcher(text);
        if (!spelled.matches()) {
            return Optional.empty();
        }
        String turn = spelled.group(2);
        return Optional.of(new Edition(Long.parseLong(spelled.group(1)), turn == null ? 0 : Long.parseLong(turn)));
    }

    @Override
    public String toString() {
        return turn == 0 ? String.valueOf(version) : version + "-" + turn;
    }
}
