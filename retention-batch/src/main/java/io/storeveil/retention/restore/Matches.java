package io.storeveil.retention.restore;

import io.storeveil.keys.KeyReference;
import io.storeveil.keys.Keyring;
import io.storeveil.policy.SubjectKind;
import io.storeveil.policy.TableName;
import io.storeveil.retention.catalog.Catalog;
import io.storeveil.retention.erase.ErasedPeople;
import io.storeveil.retention.erase.Erasure;
import io.storeveil.retention.ownership.Ownership;
import io.storeveil.retention.store.Journal;
import io.storeveil.retention.subject.Born;
import io.storeveil.retention.sweep.SweepContext;
import io.storeveil.retention.verify.RowCounts;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which erased people are in the store again. An erasure that the store's journal has took place in this store's past, and
 * whoever has the number now came later; of the others, the time at which somebody came to be tells them from whoever was
 * given their number since.
 */
final class Matches implements Census.Visitor {

    private static final int AT_ONCE = 200;

    private final SweepContext context;
    private final ErasedPeople erased;
    private final Keyring keys;
    private final Map<String, Match> found = new TreeMap<>();
    private final Set<String> others = new TreeSet<>();

    Matches(SweepContext context) {
        this.context = context;
        this.erased = new ErasedPeople(context);
        this.keys = context.keys().current();
    }

    @Override
    public void visit(SubjectKind kind, List<Census.Person> people) throws SQLException {
        Map<String, Census.Person> byNumber = new HashMap<>();
        people.forEach(person -> byNumber.put(Born.number(keys, kind, person.joinedKey()), person));
        List<ErasedPeople.Row> rows = erased.with(byNumber.keySet());
        if (rows.isEmpty()) {
            return;
        }
        Set<String> inThePast = context.transaction()
                .look(connection -> Journal.requestsDone(
                        connection, rows.stream().map(ErasedPeople.Row::request).toList()));
        for (ErasedPeople.Row row : rows) {
            Census.Person person = byNumber.get(row.number());
            if (person != null && !inThePast.contains(row.request())) {
                compare(kind, person, row);
            }
        }
    }

    /** Somebody who is certainly who was erased once is not also somebody else. */
    private void compare(SubjectKind kind, Census.Person person, ErasedPeople.Row row) {
        String reference = person.reference().toString();
        String born = Born.hash(keys, kind, person.joinedKey(), person.created());
        if (born != null && row.born() != null && !born.equals(row.born())) {
            if (!found.containsKey(reference)) {
                others.add(reference);
            }
            return;
        }
        String same = row.born() == null ? null : born;
        if (same != null || !found.containsKey(reference)) {
            found.put(reference, new Match(row.request(), kind, person.key(), reference, same, Map.of()));
        }
        others.remove(reference);
    }

    /** How many people have the number of somebody who was erased, and are somebody else. */
    int others() {
        return others.size();
    }

    /** Certain ones first, in the order of their references, with what lies in the store of each. */
    List<Match> counted() throws SQLException {
        List<Match> matches = new ArrayList<>(found.values());
        List<Match> counted = new ArrayList<>();
        for (int from = 0; from < matches.size(); from += AT_ONCE) {
            List<Match> page = matches.subList(from, Math.min(matches.size(), from + AT_ONCE));
            List<Erasure> people = page.stream().map(Matches::erasure).toList();
            List<Map<TableName, Long>> rows = context.transaction()
                    .look(connection -> RowCounts.of(
                            connection, new Ownership(context.policy(), Catalog.read(connection)), people));
            for (int i = 0; i < page.size(); i++) {
                counted.add(page.get(i).with(rows.get(i)));
            }
        }
        counted.sort(Comparator.comparing(match -> !match.certain()));
        return counted;
    }

    private static Erasure erasure(Match match) {
        return new Erasure(match.request(), match.kind(), match.key(), KeyReference.parse(match.reference()), true);
    }
}
