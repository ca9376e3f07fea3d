package io.storeveil.retention.check;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --connector FILE}. A picocli mixin. */
final class ConnectorFile {
    @Option(
            names = "--connector",
            paramLabel = "FILE",
            description = "The source connector's configuration (JSON): its modes decide what a type arrives as."
                    + " Default: Debezium's defaults.")
    private @Nullable Path file;

    CaptureModes modes() {
        return file == null ? CaptureModes.defaults() : CaptureModes.read(file);
    }
}
