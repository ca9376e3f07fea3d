package io.storeveil.retention.verify;

import io.storeveil.policy.Policy;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What it means that an identifier of an erased person still stands somewhere. */
final class Search {

    private static final int NAMED = 5;

    private Search() {}

    /** One sentence for each place, without a value. */
    static List<String> sentences(Policy policy, StoreSearch store) {
        List<String> sentences = new ArrayList<>();
        store.hits().forEach((place, hits) -> sentences.add(sentence(policy, place, hits)));
        return sentences;
    }

    private static String sentence(Policy policy, StoreSearch.Place place, StoreSearch.Hits hits) {
        String where = place.table() + "." + place.column() + ": ";
        String rows = hits.rows() + (hits.rows() == 1 ? " row" : " rows");
        String requests = requests(hits.requests());
        boolean identifies = policy.subjects().values().stream()
                .anyMatch(kind ->
                        kind.table().equals(place.table()) && kind.identifiers().containsValue(place.column()));
        if (identifies) {
            return where + rows + " of somebody not erased have the same identifier (" + requests
                    + "): a second account of the person, or another person; find out which";
        }
        return where + "an identifier of an erased person stands in " + rows + " (" + requests + "); "
                + (policy.table(place.table()).isPresent()
                        ? "the policy has them belong to nobody, or to somebody else, or keeps the column at rest: see"
                                + " whose they are"
                        : "the policy does not know the table: declare it, or empty it");
    }

    private static String requests(Set<String> requests) {
        return requests.stream().limit(NAMED).collect(Collectors.joining(", "))
                + (requests.size() > NAMED ? " and " + (requests.size() - NAMED) + " more" : "");
    }
}
