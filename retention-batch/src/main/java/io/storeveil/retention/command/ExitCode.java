package io.storeveil.retention.command;

/** How a command ended, for the script or scheduler that called it. */
public final class ExitCode {

    /** Done and clean. */
    public static final int DONE = 0;
    /** It failed; the same command may be tried again. */
    public static final int FAILED = 1;
    /** The input was wrong: usage, policy, settings. Nothing was started. */
    public static final int INPUT_WRONG = 2;
    /** Done, but something needs a person. */
    public static final int NEEDS_PERSON = 3;

    private ExitCode() {}
}
