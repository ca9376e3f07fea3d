package io.storeveil.demo;

import java.util.ArrayList;
import java.util.List;

/** What the demo set out to show, and whether it did. */
final class Outcome {

    private final Screen screen;
    private final List<String> wrong = new ArrayList<>();
    private int checked;

    int canariesSearched;
    int canariesFound;
    long canariesRevealed;
    long erased;
    long expired;
    long held;
    String report = "";

    Outcome(Screen screen) {
        this.screen = screen;
    }

    /** Says it on the screen; if it is not so, the demo has failed, and goes on to show the rest. */
    void expect(boolean so, String what) {
        checked++;
        if (so) {
            screen.good(what);
        } else {
            screen.bad("not so: " + what);
            wrong.add(what);
        }
    }

    /** What has not been shown yet never will be. */
    void brokenOff(String why) {
        screen.bad(why);
        wrong.add(why);
    }

    boolean clean() {
        return wrong.isEmpty() && checked > 0;
    }

    List<String> wrong() {
        return List.copyOf(wrong);
    }
}
