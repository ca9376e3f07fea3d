package io.storeveil.retention.command;

import io.storeveil.policy.Policy;
import io.storeveil.policy.PolicyLoader;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --policy FILE}. A picocli mixin. */
public final class PolicyFile {

    private final Surroundings surroundings;

    @Option(
            names = "--policy",
            paramLabel = "FILE",
            description = "The policy. Default: config/policy.yaml beside the launcher.")
    private @Nullable Path file;

    public PolicyFile(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /** @throws io.storeveil.policy.PolicyException if it is missing or wrong in any way */
    public Policy load() {
        return PolicyLoader.load(path());
    }

    public Path path() {
        return file != null
                ? file
                : Path.of(surroundings.variable("STOREVEIL_HOME").orElse("")).resolve("config/policy.yaml");
    }
}
