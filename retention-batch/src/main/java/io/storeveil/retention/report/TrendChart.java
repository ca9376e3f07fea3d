package io.storeveil.retention.report;

import io.storeveil.retention.report.Report.Night;
import java.util.List;

/** Rows done, deferred and failed in the last runs, as an inline SVG that needs nothing from outside. */
final class TrendChart {

    private static final int WIDTH = 720;
    private static final int HEIGHT = 150;
    private static final int LEFT = 8;
    private static final int TOP = 22;
    private static final int BOTTOM = 26;
    private static final int LABEL_WIDTH = 48;

    private TrendChart() {}

    /** @param nights oldest first */
    static String svg(List<Night> nights) {
        if (nights.isEmpty()) {
            return "";
        }
        long most = Math.max(
                1,
                nights.stream()
                        .mapToLong(night -> night.done() + night.deferred() + night.failed())
                        .max()
                        .orElse(1));
        double slot = (WIDTH - 2.0 * LEFT) / Math.max(nights.size(), 7);
        double bar = Math.min(slot * 0.62, 44);
        StringBuilder svg = new StringBuilder(1024)
                .append("<svg class=\"trend\" viewBox=\"0 0 ")
                .append(WIDTH)
                .append(' ')
                .append(HEIGHT)
                .append(
                        "\" role=\"img\" aria-label=\"Rows per run, oldest first\" xmlns=\"http://www.w3.org/2000/svg\">")
                .append("<line class=\"axis\" x1=\"")
                .append(LEFT)
                .append("\" x2=\"")
                .append(WIDTH - LEFT)
                .append("\" y1=\"")
                .append(HEIGHT - BOTTOM)
                .append("\" y2=\"")
                .append(HEIGHT - BOTTOM)
                .append("\"/>");
        int everyLabel = (int) Math.ceil(LABEL_WIDTH / slot);
        for (int i = 0; i < nights.size(); i++) {
            boolean labelled = (nights.size() - 1 - i) % everyLabel == 0;
            column(svg, nights.get(i), LEFT + slot * i + (slot - bar) / 2, bar, most, labelled);
        }
        return svg.append("</svg>").toString();
    }

    private static void column(StringBuilder svg, Night night, double x, double width, long most, boolean labelled) {
        double room = HEIGHT - TOP - BOTTOM;
        double y = HEIGHT - BOTTOM;
        svg.append("<g><title>").append(night.date()).append(" attempt ").append(night.attempt());
        svg.append(": ").append(Words.number(night.done())).append(" done, ");
        svg.append(Words.number(night.deferred())).append(" deferred, ");
        svg.append(Words.number(night.failed())).append(" failed</title>");
        y = part(svg, "done", x, y, width, room * night.done() / most);
        y = part(svg, "deferred", x, y, width, room * night.deferred() / most);
        y = part(svg, "failed", x, y, width, room * night.failed() / most);
        if (labelled) {
            long total = night.done() + night.deferred() + night.failed();
            text(svg, x + width / 2, y - 5, Words.number(total));
            text(svg, x + width / 2, HEIGHT - 9.0, night.date().toString().substring(5));
        }
        svg.append("</g>");
    }

    private static double part(StringBuilder svg, String kind, double x, double y, double width, double height) {
        if (height <= 0) {
            return y;
        }
        double drawn = Math.max(height, 1.5);
        svg.append("<rect class=\"").append(kind).append("\" x=\"").append(round(x));
        svg.append("\" y=\"").append(round(y - drawn)).append("\" width=\"").append(round(width));
        svg.append("\" height=\"").append(round(drawn)).append("\"/>");
        return y - drawn;
    }

    private static void text(StringBuilder svg, double x, double y, String text) {
        svg.append("<text x=\"").append(round(x)).append("\" y=\"").append(round(y));
        svg.append("\" text-anchor=\"middle\">").append(text).append("</text>");
    }

    private static double round(double value) {
        return Math.round(value * 10) / 10.0;
    }
}
