package io.storeveil.retention.connector;

import io.storeveil.retention.connector.Weakness.Severity;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Looks at how much the worker logs. */
final class WorkerRules {

    private static final String WORKER = "(worker)";
    private static final Set<String> TOO_MUCH = Set.of("TRACE", "ALL");
    private static final List<String> SEE_RECORDS =
            List.of("org.apache.kafka.connect", "org.apache.kafka.clients", "io.debezium");

    private WorkerRules() {}

    /** @param loggers level by logger; empty where the worker does not tell */
    static List<Weakness> look(Optional<Map<String, String>> loggers) {
        if (loggers.isEmpty()) {
            return List.of(new Weakness(
                    Severity.WARNING,
                    WORKER,
                    "admin/loggers",
                    "not readable here",
                    "readable, at least for this check",
                    "Nobody knows whether the worker logs records."));
        }
        Set<String> loud = new TreeSet<>(loggers.get().keySet());
        loud.removeIf(logger ->
                !TOO_MUCH.contains(loggers.get().getOrDefault(logger, "").toUpperCase(Locale.ROOT)));
        return loud.stream()
                .filter(WorkerRules::seesRecords)
                .filter(logger -> loud.stream().noneMatch(parent -> isAbove(parent, logger)))
                .map(logger -> new Weakness(
                        Severity.ERROR,
                        WORKER,
                        "logger " + logger,
                        String.valueOf(loggers.get().get(logger)),
                        "DEBUG or less",
                        "The worker then logs every record as it was before its transforms."))
                .toList();
    }

    private static boolean isAbove(String parent, String child) {
        return !parent.equals(child) && (parent.equals("root") || child.startsWith(parent + "."));
    }

    private static boolean seesRecords(String logger) {
        return logger.equals("root")
                || SEE_RECORDS.stream()
                        .anyMatch(name ->
                                name.equals(logger) || name.startsWith(logger + ".") || logger.startsWith(name + "."));
    }
}
