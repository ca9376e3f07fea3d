package io.storeveil.retention.consent;

import io.storeveil.retention.command.InputWrong;
import io.storeveil.retention.subject.Subject;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Many statements at once. A line that was recorded before is passed over; a wrong one is named, and only it left out. */
final class ConsentImport {

    static final List<String> FIELDS = List.of(
            "subject",
            "identifier",
            "purpose",
            "decision",
            "at",
            "expires",
            "notice",
            "wording-sha256",
            "channel",
            "evidence");

    private final Register register;
    private long recorded;
    private long known;
    private final List<String> wrong = new ArrayList<>();

    ConsentImport(Register register) {
        this.register = register;
    }

    void read(BufferedReader in) throws IOException {
        Lines.read(in, (fields, number) -> line(number, fields), this::wrong);
    }

    long recorded() {
        return recorded;
    }

    long known() {
        return known;
    }

    List<String> wrong() {
        return wrong;
    }

    private void line(long number, Map<String, String> fields) {
        try {
            if (!Set.copyOf(FIELDS).containsAll(fields.keySet())) {
                throw new InputWrong("has a field that is not known; allowed: " + String.join(", ", FIELDS));
            }
            if (!fields.containsKey("at")) {
                throw new InputWrong("at: is missing; without it, nobody can tell a line that was sent twice");
            }
            Subject person = person(fields);
            if (register.record(person, register.statement(person, draft(fields)))) {
                recorded++;
            } else {
                known++;
            }
        } catch (InputWrong problem) {
            wrong(number, String.valueOf(problem.getMessage()));
        }
    }

    private void wrong(long number, String problem) {
        wrong.add("line " + number + ": " + problem);
    }

    private Subject person(Map<String, String> fields) {
        String subject = fields.get("subject");
        String identifier = fields.get("identifier");
        int equals = identifier == null ? -1 : identifier.indexOf('=');
        if ((subject == null) == (identifier == null) || (identifier != null && equals < 1)) {
            throw new InputWrong("needs either subject, as customer:42, or identifier, as email=jo@example.org");
        }
        return identifier == null
                ? register.lookup().byKey(String.valueOf(subject))
                : register.lookup().byIdentifier(identifier.substring(0, equals), identifier.substring(equals + 1));
    }

    private static Draft draft(Map<String, String> fields) {
        return new Draft(
                fields.get("purpose"),
                fields.get("decision"),
                fields.get("at"),
                fields.get("expires"),
                fields.get("notice"),
                fields.get("wording-sha256"),
                fields.get("channel"),
                fields.get("evidence"));
    }
}
