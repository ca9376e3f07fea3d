package io.storeveil.demo.stack;

import io.storeveil.demo.parts.ConnectWorker;
import io.storeveil.demo.parts.Home;
import io.storeveil.demo.parts.Parts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.StoreScope;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives a test class its {@link Scene} in the one running stack, as a parameter of any of its methods. */
public final class Stack implements BeforeAllCallback, ParameterResolver {

    private static final Namespace NAMESPACE = Namespace.create(Stack.class);

    /** A worker that has lost a task can send nothing more for it; and a dead one is missed sooner than by default. */
    static final Map<String, String> WORKERS = Map.of(
            "exactly.once.source.support", "enabled", "session.timeout.ms", "6000", "heartbeat.interval.ms", "1000");

    /** Whatever a test lets happen, our own packages say all that they have to say. */
    private static final ConnectWorker.Options OWN_AT_TRACE =
            new ConnectWorker.Options("connect", List.of("-Dstoreveil.own.log.level=trace"), WORKERS);

    /** All parts, and the folder that they write to. Closed by JUnit, which calls that of whatever is in its store. */
    record Running(Home home, Path folder, Parts parts) implements AutoCloseable {

        static Running start() {
            try {
                Path folder = Files.createTempDirectory("storeveil-stack");
                Home home = Home.find();
                return new Running(home, folder, Parts.start(home, folder, OWN_AT_TRACE));
            } catch (IOException e) {
                throw new UncheckedIOException("no folder for the stack", e);
            }
        }

        @Override
        public void close() {
            parts.close();
            try (Stream<Path> files = Files.walk(folder)) {
                files.sorted(Comparator.reverseOrder())
                        .forEach(file -> file.toFile().delete());
            } catch (IOException e) {
                throw new UncheckedIOException("the stack's folder stays: " + folder, e);
            }
        }
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        Running stack = context.getStore(StoreScope.LAUNCHER_SESSION, NAMESPACE)
                .computeIfAbsent(Running.class, unused -> Running.start(), Running.class);
        // a nested class finds the scene of the class around it
        context.getStore(NAMESPACE)
                .computeIfAbsent(Scene.class, unused -> new Scene(stack, context.getRequiredTestClass()), Scene.class);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Scene.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getStore(NAMESPACE).get(Scene.class, Scene.class);
    }
}
