package io.storeveil.retention.subject;

import io.storeveil.retention.command.Surroundings;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Exactly one of {@code --subject} and {@code --identifier}. A picocli argument group. */
public final class SubjectOption {

    @Option(names = "--subject", paramLabel = "KIND:KEY", description = "The person, by the store's key: customer:42.")
    private @Nullable String subject;

    @Option(
            names = "--identifier",
            paramLabel = "NAME[=VALUE]",
            description = {
                "The person, by an identifier of the policy: email=jo@example.org. It must find exactly one.",
                "Without =VALUE it is asked for, or taken from STOREVEIL_IDENTIFIER: other users of this machine",
                "can read a command's arguments."
            })
    private @Nullable String identifier;

    /** The name alone; null for {@code --subject}. */
    public @Nullable String identifierName() {
        return identifier == null ? null : identifier.split("=", 2)[0];
    }

    public Subject find(SubjectLookup lookup, Surroundings surroundings) {
        if (subject != null) {
            return lookup.byKey(subject);
        }
        if (identifier == null) {
            throw new IllegalStateException("picocli asks for one of the two");
        }
        int equals = identifier.indexOf('=');
        if (equals >= 0) {
            return lookup.byIdentifier(identifier.substring(0, equals), identifier.substring(equals + 1));
        }
        return lookup.byIdentifier(identifier, new String(surroundings.secret("STOREVEIL_IDENTIFIER", identifier)));
    }
}
