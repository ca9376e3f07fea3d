package io.storeveil.retention.report;

import io.storeveil.retention.ledger.Sha256;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A night's files in the reports directory. Each appears whole or not at all; the last is the list of the others' hashes
 * ({@code sha256sum -c} reads it), and its own hash is the report's hash: what is signed and what the next report names.
 */
final class ReportFiles {

    private static final String LIST = ".sha256";

    private final Path directory;

    ReportFiles(Path directory) {
        this.directory = directory;
    }

    /** @return the report's hash, lower-case hex */
    String write(String name, Map<String, String> contents) throws IOException {
        Files.createDirectories(directory);
        StringBuilder list = new StringBuilder();
        for (Map.Entry<String, String> file : contents.entrySet()) {
            byte[] bytes = file.getValue().getBytes(StandardCharsets.UTF_8);
            put(file.getKey(), bytes);
            list.append(Sha256.of(bytes)).append("  ").append(file.getKey()).append('\n');
        }
        byte[] listed = list.toString().getBytes(StandardCharsets.UTF_8);
        put(name + LIST, listed);
        return Sha256.of(listed);
    }

    private void put(String name, byte[] bytes) throws IOException {
        Path temporary = Files.createTempFile(directory, "." + name, ".tmp");
        try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
            java.nio.ByteBuffer buffer = java.nio.ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        }
        if (Files.getFileStore(temporary).supportsFileAttributeView("posix")) {
            Files.setPosixFilePermissions(
                    temporary, java.nio.file.attribute.PosixFilePermissions.fromString("rw-r--r--"));
        }
        Files.move(
                temporary,
                directory.resolve(name),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    /** What is not as it was written; empty if everything is. */
    List<String> altered(String name, String sha256) throws IOException {
        List<String> problems = new ArrayList<>();
        Path list = directory.resolve(name + LIST);
        byte[] listed;
        try {
            listed = Files.readAllBytes(list);
        } catch (NoSuchFileException missing) {
            return List.of(list + " is missing");
        }
        if (!Sha256.of(listed).equals(sha256)) {
            problems.add(list + " is not the file that was written");
        }
        for (String line : new String(listed, StandardCharsets.UTF_8).lines().toList()) {
            Path file = directory.resolve(line.substring(line.indexOf("  ") + 2));
            if (!Files.exists(file)) {
                problems.add(file + " is missing");
            } else if (!Sha256.of(Files.readAllBytes(file)).equals(line.substring(0, line.indexOf("  ")))) {
                problems.add(file + " was altered");
            }
        }
        return problems;
    }
}
