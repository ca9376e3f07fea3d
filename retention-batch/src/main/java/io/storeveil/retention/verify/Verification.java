package io.storeveil.retention.verify;

import io.storeveil.retention.erase.Erasure;
import io.storeveil.retention.ownership.Ownership;
import io.storeveil.retention.ownership.Thresholds;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a look for erased people has found in the store.
 *
 * @param residues what the sweep should have taken: it has failed
 * @param stubs    rows at rest that have outlived what they were kept for
 * @param named    where an identifier still stands, and a person has to say whose it is
 * @param coverage of the search for identifiers
 * @param seen     rows looked at by identity
 */
record Verification(List<String> residues, List<String> stubs, List<String> named, Coverage coverage, long seen) {

    /** How far the search for identifiers goes. */
    enum Depth {
        INDEXED,
        FULL
    }

    /** @param remembered of the people, by request; who is not in it is looked for by key alone */
    static Verification look(
            Connection connection,
            Ownership ownership,
            Thresholds thresholds,
            List<Erasure> people,
            Map<String, Remembered> remembered,
            Depth depth)
            throws SQLException {
        Told told = new Told();
        Residues identity = new Residues(connection, ownership, thresholds, told);
        for (int from = 0; from < people.size(); from += RememberStep.PAGE) {
            identity.look(people.subList(from, Math.min(people.size(), from + RememberStep.PAGE)), remembered);
        }
        StoreSearch store = new StoreSearch(connection, ownership.catalog(), told);
        Wanted wanted = new Wanted(remembered);
        Coverage coverage = depth == Depth.FULL ? store.full(wanted) : store.indexed(wanted);
        return new Verification(
                identity.sentences(),
                identity.stubs(),
                Search.sentences(ownership.policy(), store),
                coverage,
                identity.seen());
    }

    boolean clean() {
        return residues.isEmpty() && named.isEmpty();
    }

    /** For the ledger: counts. */
    Map<String, Object> facts() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("residues", residues.size());
        facts.put("named", named.size());
        facts.put("rowsByIdentity", seen);
        facts.put("search", coverage.facts());
        return facts;
    }
}
