package io.storeveil.demo.stack;

import com.sun.tools.attach.AgentInitializationException;
import com.sun.tools.attach.AgentLoadException;
import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import io.prometheus.jmx.JavaAgent;
import io.storeveil.demo.parts.ChildJvm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.management.JMException;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/** The metrics of a child JVM, read from outside as a monitoring system does. */
public final class Jmx implements AutoCloseable {

    private final JMXConnector connector;
    private final MBeanServerConnection server;

    private Jmx(JMXConnector connector) throws IOException {
        this.connector = connector;
        server = connector.getMBeanServerConnection();
    }

    public static Jmx of(ChildJvm jvm) {
        try {
            VirtualMachine machine = VirtualMachine.attach(String.valueOf(jvm.pid()));
            try {
                return new Jmx(JMXConnectorFactory.connect(new JMXServiceURL(machine.startLocalManagementAgent())));
            } finally {
                machine.detach();
            }
        } catch (AttachNotSupportedException e) {
            throw new IllegalStateException("no way into process " + jvm.pid(), e);
        } catch (IOException e) {
            throw new UncheckedIOException("no way into process " + jvm.pid(), e);
        }
    }

    /**
     * Loads the Prometheus JMX exporter into the running JVM, as {@code -javaagent} does at its start.
     *
     * @return the port on which it serves {@code /metrics}
     */
    public static int export(ChildJvm jvm, Path rules) {
        try (ServerSocket free = new ServerSocket(0)) {
            int port = free.getLocalPort();
            free.close();
            VirtualMachine machine = VirtualMachine.attach(String.valueOf(jvm.pid()));
            try {
                Path agent = Path.of(JavaAgent.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toURI());
                machine.loadAgent(agent.toString(), "127.0.0.1:" + port + ":" + rules.toAbsolutePath());
            } finally {
                machine.detach();
            }
            return port;
        } catch (IOException e) {
            throw new UncheckedIOException("no exporter in process " + jvm.pid(), e);
        } catch (AttachNotSupportedException
                | AgentLoadException
                | AgentInitializationException
                | URISyntaxException e) {
            throw new IllegalStateException("no exporter in process " + jvm.pid(), e);
        }
    }

    /** The names that fit a pattern such as {@code kafka.connect:type=connector-task-metrics,*}. */
    public Set<ObjectName> names(String pattern) {
        try {
            return server.queryNames(new ObjectName(pattern), null);
        } catch (JMException e) {
            throw new IllegalArgumentException(pattern, e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Attribute to value. */
    public Map<String, Object> read(ObjectName name) {
        try {
            String[] attributes = java.util.Arrays.stream(
                            server.getMBeanInfo(name).getAttributes())
                    .map(MBeanAttributeInfo::getName)
                    .toArray(String[]::new);
            return server.getAttributes(name, attributes).asList().stream()
                    .collect(Collectors.toMap(
                            javax.management.Attribute::getName,
                            javax.management.Attribute::getValue,
                            (one, other) -> one,
                            TreeMap::new));
        } catch (JMException e) {
            throw new IllegalArgumentException(name.toString(), e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        connector.close();
    }
}
