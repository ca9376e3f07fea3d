package io.storeveil.retention.command;

import io.storeveil.control.KeyStateUnavailable;
import io.storeveil.policy.PolicyException;
import io.storeveil.retention.control.ControlUnavailable;
import io.storeveil.retention.request.ForgedApproval;
import io.storeveil.retention.settings.SettingsException;
import io.storeveil.retention.sweep.StepFailed;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Turns what went wrong into words and an exit code. An expected failure shows its message; an unexpected one only its
 * type and place, since a driver's message may hold a value of a row. Stack traces: {@code STOREVEIL_STACKTRACE=1}.
 */
public final class Failures implements IExecutionExceptionHandler, IParameterExceptionHandler {

    private final Surroundings surroundings;

    public Failures(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public int handleExecutionException(Exception failure, CommandLine command, ParseResult parsed) {
        if (surroundings.variable("STOREVEIL_STACKTRACE").isPresent()) {
            failure.printStackTrace(surroundings.err());
        }
        boolean json = parsed.matchedOption("--json") != null;
        if (failure instanceof PolicyException wrong) {
            return tell(ExitCode.INPUT_WRONG, wrong.problems(), json);
        }
        if (failure instanceof SettingsException wrong) {
            return tell(ExitCode.INPUT_WRONG, wrong.problems(), json);
        }
        if (failure instanceof InputWrong) {
            return tell(ExitCode.INPUT_WRONG, List.of(message(failure)), json);
        }
        if (failure instanceof CommandFailed
                || failure instanceof StepFailed
                || failure instanceof ControlUnavailable
                || failure instanceof ForgedApproval
                || failure instanceof KeyStateUnavailable) {
            return tell(ExitCode.FAILED, List.of(message(failure)), json);
        }
        return tell(ExitCode.FAILED, List.of(unexpected(failure)), json);
    }

    @Override
    public int handleParseException(ParameterException wrong, String[] arguments) {
        boolean json = List.of(arguments).contains("--json");
        int code = tell(ExitCode.INPUT_WRONG, List.of(message(wrong).replaceFirst("^Error: ", "")), json);
        CommandLine command = wrong.getCommandLine();
        if (!UnmatchedArgumentException.printSuggestions(wrong, surroundings.err())) {
            surroundings.err().println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
        }
        surroundings.err().flush();
        return code;
    }

    private int tell(int code, List<String> problems, boolean json) {
        problems.forEach(problem -> surroundings.err().println("storeveil: " + problem));
        surroundings.err().flush();
        if (json) {
            surroundings
                    .out()
                    .println(tools.jackson.databind.json.JsonMapper.shared()
                            .writeValueAsString(new java.util.TreeMap<>(Map.of("exit", code, "problems", problems))));
            surroundings.out().flush();
        }
        return code;
    }

    private static String message(Throwable failure) {
        return failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
    }

    private static String unexpected(Throwable failure) {
        return DatabaseTrouble.words(failure)
                .map(words -> words + at(failure))
                .orElseGet(() -> "unexpected " + failure.getClass().getSimpleName() + at(failure));
    }

    private static String at(Throwable failure) {
        for (StackTraceElement frame : failure.getStackTrace()) {
            if (frame.getClassName().startsWith("io.storeveil.")) {
                return " in " + frame + "; run it again with STOREVEIL_STACKTRACE=1 for more";
            }
        }
        return "; run it again with STOREVEIL_STACKTRACE=1 for more";
    }
}
