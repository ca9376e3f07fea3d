package io.storeveil.demo;

import io.storeveil.demo.parts.Database;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;

/** Leaves everything running, and says where it is. */
final class Keep {

    private Keep() {}

    static void untilInterrupted(Stage stage) {
        Screen screen = stage.screen;
        screen.title("Everything is still running. Ctrl-C ends it.");
        Map<String, Database> databases = Map.of(
                "store    ",
                stage.parts.store(),
                "warehouse",
                stage.parts.warehouse(),
                "control  ",
                stage.parts.control());
        new TreeMap<>(databases)
                .forEach((name, database) -> screen.say(name + "  " + database.jdbcUrl() + "?user=" + database.user()));
        screen.say("Kafka      " + stage.parts.broker().bootstrapServers());
        screen.say("Connect    " + stage.parts.worker().url());
        screen.say("Logs       " + stage.work);
        screen.say("");
        screen.say("For ./storeveil commands on it:");
        new TreeMap<>(stage.sweep().environment())
                .forEach((name, value) -> screen.quiet("export " + name + "='" + value + "'"));
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
