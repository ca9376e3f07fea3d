package io.storeveil.policy;

import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Reads a policy file, strictly: what it does not know is an error. First the form of the whole file, then what its names
 * refer to, then whether it can work: whose rows, whose keys, which clock.
 */
public final class PolicyLoader {

    private PolicyLoader() {}

    /** @throws PolicyException if the file is missing, unreadable or wrong in any way, with all problems at once */
    public static Policy load(Path file) {
        return read(YamlFile.bytes(file), file.toString());
    }

    /** @param file the name to use in messages */
    static Policy read(byte[] bytes, String file) {
        Problems problems = new Problems(file);
        Optional<Yaml> yaml = new YamlFile(problems).read(bytes);
        problems.throwIfAny();
        Yaml checked = new ShapeCheck(problems).check(Found.root(yaml.orElseThrow()), Language.ROOT);
        Optional<Policy> policy = new PolicyReader(problems, sha256(bytes)).read(Found.root(checked));
        problems.throwIfAny();
        return policy.orElseThrow(() -> new PolicyException(List.of(file + ": cannot be read as a policy")));
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
