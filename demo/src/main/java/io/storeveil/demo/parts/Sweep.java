package io.storeveil.demo.parts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The retention batch's command line, each command in a JVM of its own, from its unzipped distribution. */
public final class Sweep {

    /** Long enough for the policy of enrolment, and no secret: the people of the demo live in a temporary folder. */
    private static final String PASSPHRASE = "demonstration only";

    /**
     * A command ends before C2 pays, but for what is really hot: the rounds that open a person's private key. What C1 notes
     * down for C2 costs a third of all that runs.
     */
    private static final List<String> RARELY_OPTIMISED = List.of(
            "-XX:Tier4InvocationThreshold=50000",
            "-XX:Tier4CompileThreshold=150000",
            "-XX:Tier4BackEdgeThreshold=400000",
            "-XX:+IgnoreUnrecognizedVMOptions",
            "-XX:+UnlockDiagnosticVMOptions",
            "-XX:-C1UpdateMethodData",
            "-XX:-C1ProfileCalls",
            "-XX:-C1ProfileVirtualCalls",
            "-XX:-C1ProfileInlinedCalls",
            "-XX:-C1ProfileBranches",
            "-XX:-C1ProfileCheckcasts");

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Home home;
    private final Path folder;
    private final Map<String, String> environment;
    private int commands;

    /**
     * One command and how it ended.
     *
     * @param output what it said, without the JSON at the end
     * @param json   what it said for machines, after {@code --json}; otherwise missing
     * @param log    the file with all that it wrote
     */
    public record Ended(int exitCode, List<String> output, JsonNode json, Path log) {}

    /**
     * What a sweep works on.
     *
     * @param prefix the source connector's topic prefix
     * @param keys   the folder of the key state: {@code 1} and {@code 2} are its copies, {@code kek} their keys
     */
    public record Places(
            Database store,
            Database control,
            Database warehouse,
            Broker broker,
            ConnectWorker worker,
            String source,
            String sink,
            String prefix,
            Path keys,
            Path reports) {

        private Map<String, String> environment() {
            return Map.ofEntries(
                    Map.entry("STOREVEIL_STORE_URL", store.jdbcUrl()),
                    Map.entry("STOREVEIL_STORE_USER", store.user()),
                    Map.entry("STOREVEIL_CONTROL_URL", control.jdbcUrl()),
                    Map.entry("STOREVEIL_CONTROL_USER", control.user()),
                    Map.entry("STOREVEIL_WAREHOUSE_URL", warehouse.jdbcUrl()),
                    Map.entry("STOREVEIL_WAREHOUSE_USER", warehouse.user()),
                    Map.entry("STOREVEIL_KAFKA", broker.bootstrapServers()),
                    Map.entry("STOREVEIL_CONNECT_URL", worker.url().toString()),
                    Map.entry("STOREVEIL_CONNECT_SOURCE", source),
                    Map.entry("STOREVEIL_CONNECT_SINK", sink),
                    Map.entry("STOREVEIL_TOPIC_PREFIX", prefix),
                    Map.entry("STOREVEIL_KEYS_COPY_1", keys.resolve("1").toString()),
                    Map.entry("STOREVEIL_KEYS_COPY_2", keys.resolve("2").toString()),
                    Map.entry(
                            "STOREVEIL_KEY_ENCRYPTION_KEYS", keys.resolve("kek").toString()),
                    Map.entry("STOREVEIL_REPORTS", reports.toString()));
        }
    }

    /** @param folder for what the commands say */
    public Sweep(Home home, Path folder, Places places) {
        this.home = home;
        this.folder = folder;
        environment = new HashMap<>(places.environment());
        environment.put("STOREVEIL_HOME", home.batch().toString());
        environment.put("STOREVEIL_PASSPHRASE", PASSPHRASE);
    }

    /** What a person would have to set to run the same commands by hand. */
    public Map<String, String> environment() {
        return Map.copyOf(environment);
    }

    /** Runs a command to its end; what it says is in {@code folder}, one file each. */
    public Ended run(String... arguments) {
        Path log;
        synchronized (this) {
            commands++;
            log = folder.resolve("%02d-%s.log".formatted(commands, arguments[0]));
        }
        Process process = start(log, arguments);
        try {
            if (!process.waitFor(10, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                throw new IllegalStateException("'" + arguments[0] + "' did not end in ten minutes; see " + log);
            }
            return ended(process.exitValue(), log);
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while '" + arguments[0] + "' ran", e);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + log, e);
        }
    }

    /** Starts a command and leaves it to the caller, who may kill it. */
    public Process start(Path log, String... arguments) {
        List<String> command = new ArrayList<>(List.of(ChildJvm.java(), "-XX:+UseSerialGC", "-Xmx384m"));
        command.addAll(RARELY_OPTIMISED);
        command.addAll(
                List.of("-cp", home.batch().resolve("lib").resolve("*").toString(), "io.storeveil.retention.Main"));
        command.addAll(List.of(arguments));
        try {
            Files.createDirectories(folder);
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(Redirect.appendTo(log.toFile()));
            builder.environment().putAll(environment);
            Process process = builder.start();
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
            return process;
        } catch (IOException e) {
            throw new UncheckedIOException("the retention batch does not start", e);
        }
    }

    private static Ended ended(int exitCode, Path log) throws IOException {
        List<String> lines = new ArrayList<>(Files.readAllLines(log, StandardCharsets.UTF_8));
        JsonNode json = MissingNode.getInstance();
        for (int i = lines.size() - 1; i >= 0; i--) {
            if (lines.get(i).startsWith("{")) {
                json = JSON.readTree(lines.remove(i));
                break;
            }
        }
        return new Ended(exitCode, List.copyOf(lines), json, log);
    }
}
