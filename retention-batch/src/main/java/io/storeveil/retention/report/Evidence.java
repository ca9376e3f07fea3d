package io.storeveil.retention.report;

import io.storeveil.retention.drain.TopicHistory;
import io.storeveil.retention.ledger.LedgerEntry;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the run's own ledger entries prove of the way outside the store.
 *
 * @param looked  what the look that followed the erasures has seen of the store; null without one
 * @param drained the run's marker came back from Kafka and the source's offset passed it
 * @param written the sink's offsets passed what its topics held
 * @param checked the warehouse was searched for the rows, and had none of them
 * @param histories per topic, how long its past stays
 */
record Evidence(
        @Nullable Looked looked,
        boolean drained,
        boolean written,
        boolean checked,
        Map<String, TopicHistory> histories) {

    /**
     * @param clean   nothing was found
     * @param indexed columns that were searched for identifiers
     * @param left    columns with text that were not
     */
    record Looked(boolean clean, int indexed, int left) {}

    static final String DRAINED = "drained";
    static final String VERIFIED = "verified";
    static final String WAREHOUSE_CHECKED = "warehouse-checked";

    static Evidence of(List<LedgerEntry> entries) {
        Evidence evidence = new Evidence(null, false, false, false, Map.of());
        for (LedgerEntry entry : entries) {
            JsonNode body = JsonMapper.shared().readTree(entry.body());
            if (entry.kind().equals(DRAINED)) {
                evidence = new Evidence(
                        evidence.looked(),
                        true,
                        body.path("sink").asBoolean(false),
                        evidence.checked(),
                        histories(body.path("topics")));
            } else if (entry.kind().equals(WAREHOUSE_CHECKED)) {
                boolean clean = body.path("found").asLong(-1) == 0;
                evidence = new Evidence(
                        evidence.looked(), evidence.drained(), evidence.written(), clean, evidence.histories());
            } else if (entry.kind().equals(VERIFIED)) {
                boolean clean = body.path("residues").asLong(-1) == 0
                        && body.path("named").asLong(-1) == 0;
                JsonNode search = body.path("search");
                Looked looked = new Looked(
                        clean,
                        search.path("indexed").asInt(0),
                        search.path("left").asInt(0));
                evidence = new Evidence(
                        looked, evidence.drained(), evidence.written(), evidence.checked(), evidence.histories());
            }
        }
        return evidence;
    }

    private static Map<String, TopicHistory> histories(JsonNode topics) {
        Map<String, TopicHistory> histories = new LinkedHashMap<>();
        topics.properties().forEach(topic -> {
            Map<String, String> config = new LinkedHashMap<>();
            topic.getValue()
                    .properties()
                    .forEach(e -> config.put(e.getKey(), e.getValue().asString("")));
            histories.put(topic.getKey(), TopicHistory.of(config));
        });
        return histories;
    }
}
