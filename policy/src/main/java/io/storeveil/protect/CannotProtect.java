package io.storeveil.protect;

import static java.util.stream.Collectors.joining;

/** A protection was asked to take a type that it cannot. Says which, and what is allowed; never a value. */
public final class CannotProtect extends Exception {

    public CannotProtect(String message) {
        super(message);
    }

    static void unlessTaken(Protection protection, FieldType in) throws CannotProtect {
        if (!protection.takes().contains(in.kind())) {
            throw new CannotProtect("'" + protection + "' cannot take "
                    + in.kind().word() + "; it takes "
                    + protection.takes().stream()
                            .sorted()
                            .map(FieldType.Kind::word)
                            .collect(joining(", ")));
        }
    }
}
