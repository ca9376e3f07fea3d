package io.storeveil.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.storeveil.demo.canary.Canaries;
import io.storeveil.demo.parts.Connectors;
import io.storeveil.demo.parts.Home;
import io.storeveil.demo.parts.Sweep;
import io.storeveil.policy.PolicyException;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code storeveil demo}: the whole flow on this machine, on real parts, from a shop to a report. */
@Command(
        name = "storeveil demo",
        mixinStandardHelpOptions = true,
        description = {
            "The whole flow on this machine, on real parts: a shop's database, Kafka, Connect, a warehouse, a nightly",
            "sweep and its report. Ends by looking for every personal value of the shop everywhere outside it.",
            "Needs nothing but this JDK and about two minutes; leaves nothing but the reports."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:everything is as it should be",
            "1:something is not, or went wrong",
            "2:the usage, or config/policy.yaml, was wrong"
        })
public final class Demo implements Callable<Integer> {

    @Option(names = "--json", description = "Print one JSON object as the last line of standard output.")
    private boolean json;

    @Option(names = "--keep", description = "Leave everything running until Ctrl-C, and say how to connect.")
    private boolean keep;

    @Option(
            names = "--reports",
            paramLabel = "DIR",
            description = "Where the reports go. Default: .storeveil/demo/reports in the project.")
    private @Nullable Path reports;

    private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Demo()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException, SQLException {
        Home home = Home.find();
        Path folder = reports != null
                ? reports.toAbsolutePath()
                : home.root().resolve(".storeveil").resolve("demo").resolve("reports");
        Files.createDirectories(folder);
        Path work = Files.createTempDirectory("storeveil-demo-");
        Screen screen = new Screen(out, colours());
        long begun = System.nanoTime();
        Stage stage;
        try {
            stage = new Stage(home, work, folder, screen);
        } catch (PolicyException e) {
            e.problems().forEach(screen::bad);
            return 2;
        }
        Thread atExit = new Thread(() -> leave(stage));
        Runtime.getRuntime().addShutdownHook(atExit);
        try {
            tell(stage);
            boolean clean = stage.outcome.clean();
            long seconds = (System.nanoTime() - begun) / 1_000_000_000;
            screen.title(clean ? "Everything is as it should be." : "Not everything is as it should be:");
            stage.outcome.wrong().forEach(screen::bad);
            screen.say("Report  " + stage.outcome.report);
            screen.say("Time    " + seconds + " s");
            if (!clean) {
                screen.say("Logs    " + work);
            }
            if (json) {
                out.println(json(stage, clean));
            }
            if (keep) {
                Keep.untilInterrupted(stage);
            }
            return clean ? 0 : 1;
        } catch (RuntimeException e) {
            screen.progressDone();
            stage.outcome.brokenOff(String.valueOf(e.getMessage()));
            screen.say("Logs    " + work);
            if (json) {
                out.println(json(stage, false));
            }
            return 1;
        } finally {
            Runtime.getRuntime().removeShutdownHook(atExit);
            leave(stage);
        }
    }

    /** Ends every part, and leaves nothing behind that nobody needs to look into. */
    private static void leave(Stage stage) {
        stage.close();
        if (stage.outcome.clean()) {
            delete(stage.work);
        }
    }

    private static void tell(Stage stage) throws IOException, SQLException {
        Opening opening = new Opening(stage);
        Map<String, Integer> rows = opening.start();
        Cast cast = Cast.of(stage.store());
        Canaries canaries = new Canaries();
        try (Connection store = stage.parts.store().connect()) {
            canaries.read(store);
        }
        stage.sinks = Connectors.SINK + "," + Marketing.SINK;
        Sweep sweep = stage.sweep();
        opening.check(sweep);
        opening.fill(rows);
        Day day = new Day(stage, cast, canaries, sweep);
        day.sideBySide();
        day.changes();
        Marketing marketing = new Marketing(stage, cast, sweep);
        marketing.asksEachPerson();
        Office office = new Office(stage, sweep);
        Night night = new Night(stage, sweep);
        String request = office.morning(cast);
        Remains remains = new Remains(stage, cast);
        night.firstSweep(office);
        night.secondSweep();
        remains.show();
        marketing.afterTheNight();
        stage.outcome.erased = stage.store()
                .count(
                        "select count(distinct request) from storeveil.journal where rule = 'request-done' and request = ?",
                        request);
        stage.outcome.expect(stage.outcome.erased == 1, "the erasure is in the store's own journal");
        new Proof(stage, canaries).search(Marketing.ALLOWED);
        stage.screen.end();
    }

    @SuppressWarnings("SystemConsoleNull") // from JDK 22 on, TERM alone decides
    private static boolean colours() {
        return System.console() != null && System.getenv("TERM") != null && System.getenv("NO_COLOR") == null;
    }

    private static String json(Stage stage, boolean clean) throws JsonProcessingException {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("verdict", clean ? "clean" : "failed");
        object.put("canariesSearched", stage.outcome.canariesSearched);
        object.put("canariesFound", stage.outcome.canariesFound);
        object.put("canariesRevealed", stage.outcome.canariesRevealed);
        object.put("erased", stage.outcome.erased);
        object.put("expired", stage.outcome.expired);
        object.put("held", stage.outcome.held);
        object.put("report", stage.outcome.report);
        object.put("wrong", stage.outcome.wrong());
        object.put("phases", stage.screen.phases());
        return new ObjectMapper().writeValueAsString(object);
    }

    private static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + folder, e);
        }
    }
}
