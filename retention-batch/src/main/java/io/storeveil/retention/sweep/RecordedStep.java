package io.storeveil.retention.sweep;

import io.storeveil.retention.control.RunRecords;
import io.storeveil.retention.control.StepStatus;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A step with its beginning, end and failure written down. A driver's message may hold values: only its code is kept. */
final class RecordedStep {

    private static final Logger LOG = LoggerFactory.getLogger(RecordedStep.class);

    private final Step step;
    private final SweepContext context;
    private final RunRecords records;

    RecordedStep(Step step, SweepContext context) {
        this.step = step;
        this.context = context;
        this.records = new RunRecords(context.control(), context.clock());
    }

    /** @return false if the step failed */
    boolean attempt() {
        Run run = context.run();
        records.step(run, step.name(), StepStatus.STARTED, "");
        LOG.info("{}: {} started", run.id(), step.name());
        try {
            step.run(context);
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

    private static String words(Exception failed) {
        if (failed.getClass().getName().startsWith("io.storeveil.") && failed.getMessage() != null) {
            return failed.getMessage();
        }
        for (Throwable cause = failed; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException refused) {
                return "the database refused with SQLSTATE " + refused.getSQLState() + at(failed);
            }
        }
        return failed.getClass().getSimpleName() + at(failed);
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
