package io.storeveil.retention.ledger;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The proof that one journal entry is under its run's root, which says nothing of the run's other entries. */
final class Inclusion {

    static final String FORMAT = "storeveil/v1/inclusion";

    private Inclusion() {}

    /** One line of JSON. The entry must still be in the store's journal. */
    static String prove(List<Leaf> run, Leaf leaf, RunSeal.Sealed sealed) {
        List<byte[]> hashes =
                run.stream().map(each -> HexFormat.of().parseHex(each.hash())).toList();
        Map<String, Object> proof = new LinkedHashMap<>();
        proof.put("format", FORMAT);
        proof.put("line", String.valueOf(leaf.line()));
        proof.put("position", leaf.position());
        proof.put("leaves", run.size());
        proof.put(
                "path",
                MerkleTree.path(hashes, Math.toIntExact(leaf.position())).stream()
                        .map(HexFormat.of()::formatHex)
                        .toList());
        proof.put("root", sealed.root());
        proof.put("ledgerEntry", sealed.seq());
        return JsonMapper.shared().writeValueAsString(proof);
    }

    static boolean is(JsonNode line) {
        return FORMAT.equals(line.path("format").asString(""));
    }

    /** What is wrong with a proof. Its root is to be compared with a report's by whoever asks. */
    static Optional<String> problem(JsonNode proof) {
        try {
            List<byte[]> path = new ArrayList<>();
            proof.path("path").forEach(hash -> path.add(HexFormat.of().parseHex(hash.asString())));
            byte[] root = MerkleTree.rootOf(
                    MerkleTree.leaf(proof.path("line").asString("").getBytes(StandardCharsets.UTF_8)),
                    proof.path("position").asLong(-1),
                    proof.path("leaves").asLong(-1),
                    path);
            return HexFormat.of().formatHex(root).equals(proof.path("root").asString(""))
                    ? Optional.empty()
                    : Optional.of("the entry and its path do not lead to the root: one of them was altered");
        } catch (IllegalArgumentException notAPath) {
            return Optional.of("not a proof: " + notAPath.getMessage());
        }
    }
}
