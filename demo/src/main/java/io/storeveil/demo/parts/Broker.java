package io.storeveil.demo.parts;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/** A Kafka broker, its own controller, in a JVM of its own. */
public final class Broker implements AutoCloseable {

    private static final Duration START = Duration.ofMinutes(2);

    private final ChildJvm jvm;
    private final String bootstrapServers;
    private final Path logDir;

    private Broker(ChildJvm jvm, String bootstrapServers, Path logDir) {
        this.jvm = jvm;
        this.bootstrapServers = bootstrapServers;
        this.logDir = logDir;
    }

    /** Starts the broker and returns when it answers. */
    public static Broker start(Home home, Path folder) {
        List<Integer> ports = Ports.free(2);
        String listener = "127.0.0.1:" + ports.get(0);
        Path logDir = folder.resolve("log");
        Path properties = folder.resolve("server.properties");
        try {
            Files.createDirectories(logDir);
            format(logDir);
            Files.writeString(properties, serverProperties(logDir, listener, ports.get(1)));
        } catch (IOException e) {
            throw new UncheckedIOException("the broker's folder cannot be written", e);
        }
        ChildJvm jvm = ChildJvm.start(
                "broker",
                home,
                folder.resolve("broker.log"),
                List.of("-Xmx384m", "-Dstoreveil.log.level=warn"),
                "kafka.Kafka",
                properties.toString());
        Broker broker = new Broker(jvm, listener, logDir);
        try {
            jvm.await(START, broker::answers);
        } catch (RuntimeException e) {
            broker.close();
            throw e;
        }
        return broker;
    }

    public String bootstrapServers() {
        return bootstrapServers;
    }

    /** The folder that holds every topic's segments. */
    public Path logDir() {
        return logDir;
    }

    /** To kill and to pause it. */
    public ChildJvm jvm() {
        return jvm;
    }

    /** After {@link ChildJvm#kill} or {@link #close}: the same broker on the same port, with what it had stored. */
    public void startAgain() {
        jvm.startAgain();
        jvm.await(START, this::answers);
    }

    @Override
    public void close() {
        jvm.close();
    }

    private static void format(Path logDir) {
        try {
            new Formatter()
                    .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8))
                    .setClusterId(Uuid.randomUuid().toString())
                    .setNodeId(1)
                    .setControllerListenerName("CONTROLLER")
                    .setReleaseVersion(MetadataVersion.LATEST_PRODUCTION)
                    .setMetadataLogDirectory(logDir.toString())
                    .addDirectory(logDir.toString())
                    .run();
        } catch (Exception e) {
            throw new IllegalStateException("the broker's storage cannot be formatted", e);
        }
    }

    private static String serverProperties(Path logDir, String listener, int controllerPort) {
        return """
                process.roles=broker,controller
                node.id=1
                controller.quorum.voters=1@127.0.0.1:%2$d
                listeners=PLAINTEXT://%1$s,CONTROLLER://127.0.0.1:%2$d
                advertised.listeners=PLAINTEXT://%1$s
                controller.listener.names=CONTROLLER
                listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
                log.dirs=%3$s
                num.partitions=1
                offsets.topic.num.partitions=1
                offsets.topic.replication.factor=1
                transaction.state.log.num.partitions=1
                transaction.state.log.replication.factor=1
                transaction.state.log.min.isr=1
                group.initial.rebalance.delay.ms=0
                # Old segments are what the demo searches: none is removed or compacted meanwhile.
                log.cleaner.enable=false
                log.retention.check.interval.ms=86400000
                """
                .formatted(listener, controllerPort, logDir);
    }

    private boolean answers() throws InterruptedException {
        Properties properties = new Properties();
        properties.putAll(Map.of(
                "bootstrap.servers", bootstrapServers,
                "request.timeout.ms", "2000",
                "default.api.timeout.ms", "3000"));
        try (Admin admin = Admin.create(properties)) {
            return !admin.describeCluster().nodes().get(3, TimeUnit.SECONDS).isEmpty();
        } catch (ExecutionException | TimeoutException e) {
            return false;
        }
    }
}
