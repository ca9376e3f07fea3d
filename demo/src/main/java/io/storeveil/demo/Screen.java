package io.storeveil.demo;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the person at the terminal sees: numbered parts with their times, plain lines, tables; colours on a terminal only. */
final class Screen {

    private static final String BOLD = "\u001b[1m";
    private static final String DIM = "\u001b[2m";
    private static final String GREEN = "\u001b[32m";
    private static final String RED = "\u001b[31m";
    private static final String CYAN = "\u001b[36m";
    private static final String RESET = "\u001b[0m";
    private static final int WIDTH = 104;

    private final PrintStream out;
    private final boolean terminal;
    private final Map<String, Long> phases = new LinkedHashMap<>();
    private int number;
    private @Nullable String phase;
    private long begun;

    Screen(PrintStream out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    /** Begins a numbered part; the one before it ends, and its time is kept under its name. */
    void part(String name, String title) {
        end();
        phase = name;
        begun = System.nanoTime();
        number++;
        out.println();
        out.println(paint(BOLD + CYAN, "%2d  %s".formatted(number, title)));
        out.println();
    }

    /** Ends the last part. */
    void end() {
        if (phase != null) {
            long millis = (System.nanoTime() - begun) / 1_000_000;
            phases.put(phase, millis);
            out.println(paint(DIM, "    %80.1f s".formatted(millis / 1000.0)));
            phase = null;
        }
    }

    /** Milliseconds each part took. */
    Map<String, Long> phases() {
        return new LinkedHashMap<>(phases);
    }

    void title(String text) {
        out.println();
        out.println(paint(BOLD, "    " + text));
    }

    void say(String text) {
        out.println("    " + text);
    }

    void quiet(String text) {
        out.println(paint(DIM, "    " + text));
    }

    /** A command as a person would type it. */
    void command(String text) {
        out.println(paint(BOLD, "    $ ./storeveil " + text));
    }

    void good(String text) {
        out.println("    " + paint(GREEN, "✓ ") + text);
    }

    void bad(String text) {
        out.println("    " + paint(RED, "✗ " + text));
    }

    /** A line that the next one of its kind replaces; nothing where there is no terminal. */
    void progress(String text) {
        if (terminal) {
            out.print("\r    " + (text + " ".repeat(70)).substring(0, 70));
            out.flush();
        }
    }

    void progressDone() {
        if (terminal) {
            out.print("\r" + " ".repeat(76) + "\r");
        }
    }

    /** Columns as wide as they need to be; the widest ones are cut when the screen is full. */
    void table(List<String> head, List<List<String>> rows) {
        int[] widths = new int[head.size()];
        List<List<String>> all = new ArrayList<>(rows);
        all.add(0, head);
        for (List<String> row : all) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        fit(widths);
        out.println(paint(DIM, "    " + line(head, widths)));
        rows.forEach(row -> out.println("    " + line(row, widths)));
    }

    private static void fit(int[] widths) {
        int total = 0;
        for (int width : widths) {
            total += width + 2;
        }
        while (total > WIDTH) {
            int widest = 0;
            for (int i = 1; i < widths.length; i++) {
                widest = widths[i] > widths[widest] ? i : widest;
            }
            widths[widest]--;
            total--;
        }
    }

    private static String line(List<String> row, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            String cell = row.get(i);
            cell = cell.length() > widths[i] ? cell.substring(0, widths[i] - 1) + "…" : cell;
            line.append(cell).append(" ".repeat(widths[i] - cell.length() + 2));
        }
        return line.toString().stripTrailing();
    }

    /** 12345 as 12,345. */
    static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    private String paint(String colour, String text) {
        return terminal ? colour + text + RESET : text;
    }
}
