package io.storeveil.retention.subject;

import io.storeveil.keys.KeyReference;
import io.storeveil.keys.Keyring;
import io.storeveil.keys.OwnerId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Who something is about, as it lies in the control database: sealed JSON of the person's table and key.
 *
 * @param domain of its key, one for each use: {@code storeveil/request}
 */
public record SealedSubject(String domain) {

    public byte[] seal(Keyring keys, KeyReference reference, OwnerId owner) {
        String json = JsonMapper.shared().writeValueAsString(Map.of("table", owner.kind(), "key", owner.key()));
        return new Sealing(domain).seal(keys, reference, json);
    }

    /** @throws IllegalStateException if it was altered, or sealed under another key state */
    public OwnerId unseal(Keyring keys, KeyReference reference, byte[] whole) {
        JsonNode subject = JsonMapper.shared().readTree(new Sealing(domain).unseal(keys, reference, whole));
        List<Object> key = new ArrayList<>();
        for (JsonNode part : subject.path("key")) {
            key.add(part.isIntegralNumber() ? (Object) part.asLong() : part.asString());
        }
        return new OwnerId(subject.path("table").asString(), key);
    }
}
