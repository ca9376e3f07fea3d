package io.storeveil.demo.parts;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A JVM of its own, whose output goes to a log file and which does not outlive this one. */
public final class ChildJvm implements AutoCloseable {

    private final String name;
    private final ProcessBuilder command;
    private final Path log;
    private volatile Process process;

    private ChildJvm(String name, ProcessBuilder command, Path log) throws IOException {
        this.name = name;
        this.command = command;
        this.log = log;
        process = command.start();
    }

    /** Starts {@code mainClass} of this module's class path, tethered to this JVM. */
    static ChildJvm start(
            String name, Home home, Path log, List<String> options, String mainClass, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(java());
        command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto"));
        command.addAll(options);
        command.addAll(List.of("-cp", home.classPath(), Tether.class.getName(), mainClass));
        command.addAll(List.of(arguments));
        try {
            Files.createDirectories(log.getParent());
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(Redirect.appendTo(log.toFile()));
            return new ChildJvm(name, builder, log);
        } catch (IOException e) {
            throw new UncheckedIOException("the " + name + " does not start", e);
        }
    }

    static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /** Asks again and again until {@code ready}; an end of the child or of the time is an error that names the log. */
    void await(Duration limit, Condition ready) {
        long end = System.nanoTime() + limit.toNanos();
        while (true) {
            if (!process.isAlive()) {
                throw new IllegalStateException("the " + name + " ended with exit code " + process.exitValue()
                        + " before it was ready; see " + log);
            }
            try {
                if (ready.holds()) {
                    return;
                }
                if (System.nanoTime() > end) {
                    throw new IllegalStateException(
                            "the " + name + " was not ready after " + limit.toSeconds() + " s; see " + log);
                }
                Thread.sleep(50);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while waiting for the " + name, e);
            }
        }
    }

    public Path log() {
        return log;
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** SIGKILL: what a crash looks like. */
    public void kill() {
        process.destroyForcibly();
        join();
    }

    /** SIGSTOP: what a machine that stalls looks like. It keeps its connections and answers nobody. */
    public void pause() {
        signal("STOP");
    }

    /** SIGCONT: as if nothing had been. */
    public void resume() {
        signal("CONT");
    }

    /** The same command once more, after it has ended; its log goes on. */
    void startAgain() {
        if (process.isAlive()) {
            throw new IllegalStateException("the " + name + " is still running");
        }
        try {
            process = command.start();
        } catch (IOException e) {
            throw new UncheckedIOException("the " + name + " does not start again", e);
        }
    }

    private void signal(String signal) {
        try {
            Process sent = new ProcessBuilder("kill", "-" + signal, String.valueOf(pid())).start();
            if (sent.waitFor() != 0) {
                throw new IllegalStateException("no SIG" + signal + " for the " + name);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("no SIG" + signal + " for the " + name, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private void join() {
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Something that becomes true. */
    @FunctionalInterface
    interface Condition {
        boolean holds() throws InterruptedException;
    }
}
