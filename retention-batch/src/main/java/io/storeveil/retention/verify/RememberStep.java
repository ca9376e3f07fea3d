package io.storeveil.retention.verify;

import io.storeveil.keys.KeyState;
import io.storeveil.policy.TableName;
import io.storeveil.retention.catalog.Catalog;
import io.storeveil.retention.erase.ErasedPeople;
import io.storeveil.retention.erase.Erasure;
import io.storeveil.retention.erase.ErasureRequests;
import io.storeveil.retention.ownership.Ownership;
import io.storeveil.retention.store.Journal;
import io.storeveil.retention.sweep.Step;
import io.storeveil.retention.sweep.SweepContext;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Remembers who is about to be erased, for the look that follows: by then nobody would know any more what to look for.
 * Sealed like the requests themselves, and forgotten with them.
 */
public final class RememberStep implements Step {

    /** People looked at in one transaction. */
    static final int PAGE = 200;

    private final ErasureRequests requests;

    public RememberStep(ErasureRequests requests) {
        this.requests = requests;
    }

    @Override
    public String name() {
        return "remember";
    }

    /** Somebody whose erasure is done keeps what an earlier attempt remembered of them. */
    @Override
    public void run(SweepContext context) throws SQLException {
        List<Erasure> due = context.run().simulate() ? List.of() : requests.due(context);
        if (due.isEmpty()) {
            return;
        }
        Ownership ownership =
                context.transaction().run(connection -> new Ownership(context.policy(), Catalog.read(connection)));
        Traces traces = new Traces(context);
        ErasedPeople lasting = new ErasedPeople(context);
        KeyState keys = context.keys().current();
        for (int from = 0; from < due.size(); from += PAGE) {
            List<Erasure> page = due.subList(from, Math.min(due.size(), from + PAGE));
            Map<Erasure, Remembered> people =
                    context.transaction().look(connection -> remember(connection, ownership, page));
            traces.keep(keys, people);
            Map<Erasure, List<List<String>>> rows = new LinkedHashMap<>();
            people.forEach((person, remembered) -> rows.put(person, remembered.keys(person.kind())));
            lasting.keep(context.transaction().look(connection -> lasting.read(connection, ownership, rows)));
        }
    }

    /** Of those who are still there. */
    static Map<Erasure, Remembered> remember(Connection connection, Ownership ownership, List<Erasure> people)
            throws SQLException {
        List<Erasure> present = new ArrayList<>();
        for (Erasure person : people) {
            if (!Journal.requestDone(connection, person.request())) {
                present.add(person);
            }
        }
        PeopleRows rows = new PeopleRows(new Lookup(connection, ownership), ownership);
        List<Family> families = rows.of(present, Map.of());
        Map<Family, List<Row>> shared = rows.shared(families);
        Map<Erasure, Remembered> remembered = new LinkedHashMap<>();
        for (Family family : families) {
            Erasure person = family.person();
            remembered.put(
                    person,
                    new Remembered(
                            person.kind().name(),
                            person.key(),
                            identifiers(family),
                            lasting(rows, family.present()),
                            lasting(rows, shared.getOrDefault(family, List.of()))));
        }
        return remembered;
    }

    private static Map<TableName, List<JsonNode>> lasting(PeopleRows rows, List<Row> found) {
        Map<TableName, List<JsonNode>> lasting = new TreeMap<>();
        for (Row row : found) {
            Map<String, JsonNode> values = rows.lasting(row);
            if (!values.isEmpty()) {
                lasting.computeIfAbsent(row.table(), table -> new ArrayList<>())
                        .add(JsonMapper.shared().valueToTree(values));
            }
        }
        return lasting;
    }

    /** Each row that is this person may have another. */
    private static Map<String, List<String>> identifiers(Family family) {
        Map<String, List<String>> identifiers = new TreeMap<>();
        for (Row person : family.rows(family.person().kind().table())) {
            family.person().kind().identifiers().forEach((name, column) -> person.texts(List.of(column)).stream()
                    .filter(value -> !value.isBlank())
                    .forEach(value -> identifiers
                            .computeIfAbsent(name, any -> new ArrayList<>())
                            .add(value)));
        }
        return identifiers;
    }
}
