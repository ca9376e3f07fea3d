package io.storeveil.retention.sweep;

import io.storeveil.retention.command.DatabaseTrouble;
import io.storeveil.retention.control.RunRecords;
import io.storeveil.retention.control.StepStatus;
import io.storeveil.retention.settings.Settings;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A step with its beginning, end and failure written down. A driver's message may hold values: only its code is kept. */
final class RecordedStep {

    private static final Logger LOG = LoggerFactory.getLogger(RecordedStep.class);

    private static final int ANSWER_SECONDS = 5;

    private final Step step;
    private final SweepContext context;
    private final RunRecords records;

    RecordedStep(Step step, SweepContext context) {
        this.step = step;
        this.context = context;
        this.records = new RunRecords(context.control(), context.clock());
    }

    /**
     * @return false if the step failed
     * @throws WaitsForPerson if the steps behind it must not be started
     */
    boolean attempt() {
        Run run = context.run();
        records.step(run, step.name(), StepStatus.STARTED, "");
        LOG.info("{}: {} started", run.id(), step.name());
        try {
            step.run(context);
        } catch (WaitsForPerson waits) {
            records.step(run, step.name(), StepStatus.DONE, String.valueOf(waits.getMessage()));
            LOG.warn("{}: {} done, and the sweep waits: {}", run.id(), step.name(), waits.getMessage());
            throw waits;
        } catch (Exception failed) {
            String why = words(failed);
            LOG.error("{}: {} failed: {}", run.id(), step.name(), why);
            records.step(run, step.name(), StepStatus.FAILED, why);
            return false;
        }
        records.step(run, step.name(), StepStatus.DONE, "");
        LOG.info("{}: {} done", run.id(), step.name());
        return true;
    }

    private String words(Exception failed) {
        if (failed.getClass().getName().startsWith("io.storeveil.") && failed.getMessage() != null) {
            return failed.getMessage();
        }
        Optional<String> trouble = DatabaseTrouble.words(failed);
        if (trouble.isPresent()) {
            return trouble.get() + silent() + at(failed) + "; mend it, then start the same command again";
        }
        return failed.getClass().getSimpleName() + at(failed);
    }

    void skip(String why) {
        records.step(context.run(), step.name(), StepStatus.SKIPPED, why);
    }

    /** Which of the databases it is, where one of them is gone. */
    private String silent() {
        return silent("store", context.settings().store())
                + silent("control database", context.settings().control())
                + context.settings()
                        .warehouse()
                        .map(warehouse -> silent("warehouse", warehouse))
                        .orElse("");
    }

    private static String silent(String name, Settings.Database database) {
        try (Connection connection = database.dataSource().getConnection()) {
            return connection.isValid(ANSWER_SECONDS) ? "" : "; the " + name + " does not answer";
        } catch (SQLException gone) {
            return "; the " + name + " does not answer";
        }
    }

    private static String at(Exception failed) {
        for (StackTraceElement frame : failed.getStackTrace()) {
            if (frame.getClassName().startsWith("io.storeveil.")) {
                return " (" + frame.getFileName() + ":" + frame.getLineNumber() + ")";
            }
        }
        return "";
    }
}
