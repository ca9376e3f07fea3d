package io.storeveil.demo.parts;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * Where the build has put what the demo runs.
 *
 * @param root   the project's root, with {@code config/}
 * @param target the demo's build folder, with {@code lib/}, {@code plugins/} and {@code batch/}
 */
public record Home(Path root, Path target) {

    /** @throws IllegalStateException if the build is not there; says which command makes it */
    public static Home find() {
        Path target = codeSource().resolve("..").normalize();
        Home home = new Home(target.resolve("../..").normalize(), target);
        if (!Files.isDirectory(home.lib())) {
            throw new IllegalStateException(
                    "there is no " + home.lib() + "; run ./storeveil demo, which builds it, or mvn package");
        }
        return home;
    }

    public Path policy() {
        return root.resolve("config").resolve("policy.yaml");
    }

    /** Every library of the broker and the worker. */
    Path lib() {
        return target.resolve("lib");
    }

    /** The worker's {@code plugin.path}. */
    Path plugins() {
        return target.resolve("plugins");
    }

    /** The unzipped distribution of the retention batch. */
    Path batch() {
        Path batch = target.resolve("batch");
        try (Stream<Path> tops = Files.list(batch)) {
            return tops.filter(Files::isDirectory)
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException(batch + " is empty; run mvn package"));
        } catch (IOException e) {
            throw new IllegalStateException("there is no " + batch + "; run mvn package", e);
        }
    }

    /** What a child JVM needs to run classes of this module. */
    String classPath() {
        return codeSource() + System.getProperty("path.separator") + lib().resolve("*");
    }

    private static Path codeSource() {
        try {
            return Path.of(Home.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException("the demo must run from its build folder", e);
        }
    }
}
