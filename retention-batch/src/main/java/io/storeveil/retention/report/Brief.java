package io.storeveil.retention.report;

import io.storeveil.retention.report.Certificate.Fate;
import io.storeveil.retention.report.Certificate.Line;
import io.storeveil.retention.report.Certificate.TableFate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A certificate in a few lines, for the report; the certificate itself says how each is known. */
final class Brief {

    private Brief() {}

    static List<String> erased(Certificate certificate) {
        List<String> said = new ArrayList<>();
        for (TableFate table : certificate.tables()) {
            for (Line line : table.lines()) {
                if (line.fate() == Fate.DELETED) {
                    said.add(table.table() + ": " + untilSemicolon(line.words()));
                } else if (line.fate() == Fate.ANONYMISED) {
                    said.add(table.table() + ": "
                            + (line.columns().isEmpty() ? "" : columns(line) + " anonymised ")
                            + untilSemicolon(line.words()));
                }
            }
        }
        return said;
    }

    static List<String> shredded(Certificate certificate) {
        return byWords(certificate, Fate.SHREDDED);
    }

    static List<String> remaining(Certificate certificate) {
        return byWords(certificate, Fate.REMAINING);
    }

    /** Tables of which the same is said share a line. */
    private static List<String> byWords(Certificate certificate, Fate fate) {
        Map<String, List<String>> tables = new LinkedHashMap<>();
        for (TableFate table : certificate.tables()) {
            for (Line line : table.lines()) {
                if (line.fate() == fate) {
                    String words = line.words().replaceFirst("of topic [^ ]+: ", "of their topics: ");
                    tables.computeIfAbsent(words, w -> new ArrayList<>())
                            .add(table.table() + " (" + columns(line) + ")");
                }
            }
        }
        List<String> said = new ArrayList<>();
        tables.forEach((words, named) -> said.add(Words.list(named) + ": " + words));
        return said;
    }

    private static String columns(Line line) {
        return Words.count(line.columns().split(", ").length, "column");
    }

    private static String untilSemicolon(String words) {
        int end = words.indexOf(';');
        return end < 0 ? words : words.substring(0, end);
    }
}
