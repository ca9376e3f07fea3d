package io.storeveil.retention.sweep;

import java.util.function.ToIntFunction;

/** The last word of a sweep: a report, and the exit code that it amounts to. */
public final class JudgedReport implements Step {

    private final ToIntFunction<SweepContext> write;
    private int exitCode;

    /** @param write writes the report, and gives 0 for clean, 1 for failed, 3 for what needs a person */
    public JudgedReport(ToIntFunction<SweepContext> write) {
        this.write = write;
    }

    @Override
    public String name() {
        return "report";
    }

    @Override
    public void run(SweepContext context) {
        exitCode = write.applyAsInt(context);
    }

    int exitCode() {
        return exitCode;
    }
}
