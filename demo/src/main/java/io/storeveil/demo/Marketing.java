package io.storeveil.demo;

import io.storeveil.demo.parts.Connectors;
import io.storeveil.demo.parts.Sweep;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A purpose that people decide on for themselves: a second sink of the same stream, which shows, in a schema of its own,
 * the interests of whoever allows it.
 */
final class Marketing {

    static final String PURPOSE = "marketing";
    static final String SINK = "shop-marketing";

    /** How many people it shows in the end. */
    static final int ALLOWED = 1;

    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final Stage stage;
    private final Screen screen;
    private final Cast cast;
    private final Sweep sweep;

    Marketing(Stage stage, Cast cast, Sweep sweep) {
        this.stage = stage;
        this.screen = stage.screen;
        this.cast = cast;
        this.sweep = sweep;
    }

    /** Nobody has said anything yet; three say yes; one of them takes it back. */
    void asksEachPerson() throws IOException {
        screen.part("purpose", "Marketing sees the interests of whoever allows it");
        stage.warehouse().change("create schema " + PURPOSE);
        Files.writeString(said(), statements());
        screen.command("consent import said.jsonl      (three customers say yes)");
        run("import", said().toString());
        start();
        long all = stage.store().count("select count(*) from customer");
        await("marketing's table", () -> rows() == all && shown() == 3);
        List<List<String>> seen = new ArrayList<>();
        seen.add(row("after three said yes"));
        screen.command("consent withdraw --subject customer:" + cast.mover().id() + " --purpose " + PURPOSE
                + " --channel web");
        run("withdraw", "--subject", subject(cast.mover()), "--purpose", PURPOSE, "--channel", "web");
        await("the withdrawal's arrival", () -> shown() == 2);
        seen.add(row("after one took it back"));
        screen.say("");
        screen.table(List.of("", "of all customers", cast.mover().name(), "and in the warehouse's other table"), seen);
        screen.say("");
        stage.outcome.expect(
                interests(cast.mover()) == null && interests(cast.held()) != null,
                "marketing sees the interests of 2 of " + Screen.count(all) + " customers, of nobody else a word");
    }

    /** After the sweep: a person who was erased is gone from here as well. */
    void afterTheNight() {
        await("the erasure's arrival in marketing's table", () -> interests(cast.leaver()) == null);
        stage.outcome.expect(
                shown() == ALLOWED && interests(cast.held()) != null,
                "in marketing's table " + cast.leaver().name() + " is gone, and "
                        + cast.held().name() + " is who still allows it");
    }

    private void start() {
        Map<String, String> settings = new HashMap<>(Connectors.sink(stage.parts.warehouse(), Connectors.PREFIX));
        settings.putAll(Connectors.reveal(
                PURPOSE, Connectors.protect(stage.policyFile, stage.keyFolder), stage.parts.control()));
        settings.put("topics.regex", Connectors.PREFIX + "[.]public[.]customer");
        stage.parts.worker().put(SINK, settings);
    }

    private List<String> row(String when) {
        String interests = interests(cast.mover());
        return List.of(
                when,
                shown() + " visible",
                interests == null ? "\u00b7" : interests,
                String.valueOf(stage.warehouse()
                        .row("select interests from public.customer where id = ?", key(cast.mover()))
                        .get("interests")));
    }

    private String statements() {
        return List.of(cast.leaver(), cast.mover(), cast.held()).stream()
                .map(person ->
                        """
                        {"subject": "%s", "purpose": "%s", "decision": "granted", "at": "%s", "channel": "web",\
                         "notice": "2026-10", "wording-sha256": "%s"}
                        """
                                .formatted(subject(person), PURPOSE, Instant.now(), "5a".repeat(32)))
                .collect(Collectors.joining());
    }

    private void run(String command, String... arguments) {
        List<String> all = new ArrayList<>(List.of("consent", command));
        all.addAll(List.of(arguments));
        all.addAll(List.of("--policy", stage.policyFile.toString()));
        Sweep.Ended ended = sweep.run(all.toArray(String[]::new));
        if (ended.exitCode() != 0) {
            ended.output().forEach(screen::quiet);
        }
        stage.outcome.expect(ended.exitCode() == 0, "recorded, and their rows flow once more");
    }

    private void await(String what, BooleanSupplier condition) {
        stage.await(what, LIMIT, () -> {
            stage.parts.worker().check(SINK);
            return condition.getAsBoolean();
        });
    }

    private long rows() {
        return stage.warehouse().count("select count(*) from marketing.customer");
    }

    private long shown() {
        return stage.warehouse().count("select count(*) from marketing.customer where interests is not null");
    }

    private @Nullable String interests(Cast.Person person) {
        return stage.warehouse()
                .row("select interests from marketing.customer where id = ?", key(person))
                .get("interests");
    }

    private String key(Cast.Person person) {
        return stage.pseudonym("customer", "id", person.id());
    }

    private static String subject(Cast.Person person) {
        return "customer:" + person.id();
    }

    private Path said() {
        return stage.work.resolve("said.jsonl");
    }
}
