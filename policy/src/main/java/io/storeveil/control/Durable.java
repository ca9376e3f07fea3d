package io.storeveil.control;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.List;
import java.util.Set;

/** Files that are on the disk when the call returns, and readable by their owner alone where the file system can say so. */
final class Durable {

    private static final String OWNER_ONLY = "rw-------";
    private static final String OWNER_ONLY_DIRECTORY = "rwx------";

    private Durable() {}

    static void createDirectories(Path directory) throws IOException {
        Files.createDirectories(directory, permissions(directory, OWNER_ONLY_DIRECTORY));
    }

    /** @throws FileAlreadyExistsException rather than write over anything */
    static void create(Path file, byte[] bytes) throws IOException {
        write(file, bytes, Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW));
        syncDirectory(file);
    }

    /** Readers see the old bytes or the new ones. */
    static void replace(Path file, byte[] bytes) throws IOException {
        Path prepared = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(prepared);
        create(prepared, bytes);
        Files.move(prepared, file, StandardCopyOption.ATOMIC_MOVE);
        syncDirectory(file);
    }

    /** Overwrites in place before deleting; what a journaling or copying file system keeps elsewhere stays there. */
    static void destroy(Path file) throws IOException {
        byte[] noise = new byte[(int) Math.min(Files.size(file), 1 << 20)];
        new SecureRandom().nextBytes(noise);
        write(file, noise, Set.of(StandardOpenOption.WRITE));
        write(file, new byte[noise.length], Set.of(StandardOpenOption.WRITE));
        delete(file);
    }

    static void delete(Path file) throws IOException {
        Files.deleteIfExists(file);
        syncDirectory(file);
    }

    /** True if anyone but the owner may read or write it; false where the file system cannot say. */
    private static boolean isOpenToOthers(Path file) throws IOException {
        return posix(file)
                && Files.getPosixFilePermissions(file).stream()
                        .anyMatch(permission -> !permission.name().startsWith("OWNER_"));
    }

    /** What is wrong with how a secret file is kept; nothing if it is not there. */
    static List<String> problemsOf(Path file) {
        try {
            return Files.exists(file) && isOpenToOthers(file)
                    ? List.of(file + " is open to others than its owner; chmod 600")
                    : List.of();
        } catch (IOException e) {
            return List.of(file + ": cannot read its permissions: " + e);
        }
    }

    private static void write(Path file, byte[] bytes, Set<? extends OpenOption> options) throws IOException {
        try (FileChannel channel = FileChannel.open(file, options, permissions(file, OWNER_ONLY))) {
            ByteBuffer left = ByteBuffer.wrap(bytes);
            while (left.hasRemaining()) {
                channel.write(left);
            }
            channel.force(true);
        }
    }

    private static void syncDirectory(Path file) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        if (directory == null || !posix(file)) {
            return;
        }
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static FileAttribute<?>[] permissions(Path file, String permissions) {
        return posix(file)
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }

    private static boolean posix(Path file) {
        return file.getFileSystem().supportedFileAttributeViews().contains("posix");
    }
}
