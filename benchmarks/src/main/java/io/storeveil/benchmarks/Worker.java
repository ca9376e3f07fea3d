package io.storeveil.benchmarks;

import io.storeveil.connect.Protect;
import io.storeveil.control.KeyStatePlace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.transforms.Transformation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** What the tasks of one Connect worker share: the key state. Each task has transforms of its own. */
@State(Scope.Benchmark)
public class Worker {

    private final Path directory;
    private final Queue<Transformation<SourceRecord>> open = new ConcurrentLinkedQueue<>();

    public Worker() {
        try {
            directory = Files.createTempDirectory("storeveil-benchmarks");
            KeyStatePlace.inDirectories(copies(), directory.resolve("keks"))
                    .open()
                    .init();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private List<Path> copies() {
        return List.of(directory.resolve("copy-1"), directory.resolve("copy-2"));
    }

    Transformation<SourceRecord> protect(String policy) {
        try {
            Path file = Files.writeString(Files.createTempFile(directory, "policy", ".yaml"), policy);
            String keys = String.join(",", copies().stream().map(Path::toString).toList());
            return opened(
                    new Protect<>(),
                    Map.of(
                            "policy", file.toString(),
                            "keys.copies", keys,
                            "keys.key-encryption-keys",
                                    directory.resolve("keks").toString()));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    Transformation<SourceRecord> opened(Transformation<SourceRecord> transform, Map<String, String> settings) {
        transform.configure(settings);
        open.add(transform);
        return transform;
    }

    @TearDown
    public void close() throws IOException {
        open.forEach(Transformation::close);
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
