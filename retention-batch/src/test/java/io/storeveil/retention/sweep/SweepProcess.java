package io.storeveil.retention.sweep;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** A sweep in a process of its own, to be killed. */
final class SweepProcess {

    private SweepProcess() {}

    /** @param requests of customers 1000 and the following */
    static Process start(Path directory, Shop shop, int requests, int batch) throws IOException {
        return java(
                        SweepProcess.class,
                        directory.toString(),
                        directory.resolve("policy.yaml").toString(),
                        shop.settings.store().url(),
                        shop.settings.control().url(),
                        "" + requests,
                        "" + batch)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(new File(directory.toFile(), "sweep.log")))
                .start();
    }

    /** A JVM with the class path of the tests. */
    static ProcessBuilder java(Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                Objects.requireNonNull(
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))),
                main.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command);
    }

    /** @param arguments directory, policy, store's URL, control database's URL, number of requests, rows of a batch */
    public static void main(String[] arguments) throws Exception {
        Shop shop = new Shop(Path.of(arguments[0]), Path.of(arguments[1]), arguments[2], arguments[3]);
        shop.eraseByRequests(Integer.parseInt(arguments[4]));
        shop.pace = shop.pace.withBatch(Integer.parseInt(arguments[5]));
        System.exit(shop.sweep().exitCode());
    }
}
