package io.storeveil.connect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.TreeSet;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.apache.kafka.connect.transforms.Transformation;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The archive that a platform team unzips into {@code plugin.path}. */
class PluginArchiveIT {

    private static final Path ARCHIVE = Path.of(System.getProperty("plugin.archive"));

    private static final Path UNZIPPED =
            ARCHIVE.resolveSibling("plugin-archive-it").toAbsolutePath();

    private static final TreeSet<String> NAMES = new TreeSet<>();

    @BeforeAll
    static void unzip() throws IOException {
        try (ZipFile zip = new ZipFile(ARCHIVE.toFile())) {
            for (ZipEntry entry : zip.stream().filter(any -> !any.isDirectory()).toList()) {
                int slash = entry.getName().indexOf('/');
                String name = entry.getName().substring(slash + 1);
                NAMES.add(name);
                assertThat(entry.getName().substring(0, slash)).startsWith("storeveil-connect-plugins-");
                Path file = UNZIPPED.resolve(name).normalize();
                assertThat(file).startsWithRaw(UNZIPPED);
                Files.createDirectories(file.getParent());
                try (InputStream in = zip.getInputStream(entry)) {
                    Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
    }

    @Test
    void itHasEverythingInItsPlace() {
        assertThat(NAMES)
                .contains(
                        "manifest.json",
                        "doc/README.md",
                        "doc/protections.md",
                        "doc/records.md",
                        "doc/protections/encrypt.md",
                        "doc/reveal.md",
                        "doc/LICENSE",
                        "etc/policy.yaml",
                        "etc/connectors/source.json",
                        "etc/connectors/sink.json",
                        "etc/connectors/sink-marketing.json",
                        "etc/monitoring/jmx-exporter.yaml",
                        "etc/monitoring/dashboard.json");
    }

    @Test
    void itsLibrariesAreItsOwnAndNotTheWorkers() {
        assertThat(NAMES.stream()
                        .filter(name -> name.startsWith("lib/"))
                        .map(name -> name.replaceAll("lib/(.+?)-[0-9].*", "$1")))
                .containsExactlyInAnyOrder(
                        "storeveil-connect-plugins",
                        "storeveil-policy",
                        "snakeyaml-engine",
                        "caffeine",
                        "jackson-core",
                        "postgresql",
                        "tink",
                        "bcprov-jdk18on");
    }

    @Test
    void serviceLoading_findsTheTransformsInALoaderOfTheirOwn() throws Exception {
        try (ChildFirst loader = new ChildFirst(jars())) {
            List<Transformation<?>> found = new ArrayList<>();
            ServiceLoader.load(Transformation.class, loader).forEach(transformation -> {
                if (transformation.getClass().getClassLoader() == loader) {
                    found.add(transformation);
                }
            });

            assertThat(found)
                    .extracting(transformation -> transformation.getClass().getName())
                    .containsExactlyInAnyOrder(Protect.class.getName(), Reveal.class.getName());
            for (Transformation<?> transformation : found) {
                Class<?> type = transformation.getClass();
                assertThat(type).isNotIn(Protect.class, Reveal.class);
                assertThat(transformation.config().names()).contains("policy", "keys.copies");
                assertThat(type.getMethod("version").invoke(transformation)).isNotEqualTo("unknown");
            }
        }
    }

    @Test
    void theManifestHasTheVersion() throws IOException {
        assertThat(Files.readString(UNZIPPED.resolve("manifest.json")))
                .contains("\"name\": \"storeveil-connect-plugins\"")
                .doesNotContain("${");
    }

    private static URL[] jars() throws IOException {
        List<URL> jars = new ArrayList<>();
        try (var files = Files.newDirectoryStream(UNZIPPED.resolve("lib"))) {
            for (Path file : files) {
                jars.add(file.toUri().toURL());
            }
        }
        return jars.toArray(URL[]::new);
    }

    /** As Connect's plugin class loader does: its own classes first, the worker's API from the parent. */
    private static final class ChildFirst extends URLClassLoader {

        ChildFirst(URL[] jars) {
            super(jars, PluginArchiveIT.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.startsWith("java.") || name.startsWith("org.apache.kafka.") || name.startsWith("org.slf4j.")) {
                return super.loadClass(name, resolve);
            }
            synchronized (getClassLoadingLock(name)) {
                Class<?> loaded = findLoadedClass(name);
                if (loaded != null) {
                    return loaded;
                }
                try {
                    return findClass(name);
                } catch (ClassNotFoundException e) {
                    return super.loadClass(name, resolve);
                }
            }
        }
    }
}
