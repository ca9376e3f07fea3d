package io.storeveil.retention.command;

import java.sql.SQLException;
import java.util.Optional;

/**
 * What a database's refusal means for whoever reads it, by its SQLSTATE alone: a driver's message may hold a value of a
 * row. Says what to mend; how to go on is the command's to say.
 */
public final class DatabaseTrouble {

    private DatabaseTrouble() {}

    /** Empty where no database refused anything. */
    public static Optional<String> words(Throwable failed) {
        return refusal(failed).map(DatabaseTrouble::words);
    }

    private static Optional<SQLException> refusal(Throwable failed) {
        for (Throwable cause = failed; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException refused && (refused.getSQLState() != null || last(refused))) {
                return Optional.of(refused);
            }
        }
        return Optional.empty();
    }

    private static boolean last(SQLException refused) {
        return !(refused.getCause() instanceof SQLException);
    }

    private static String words(SQLException refused) {
        String state = state(refused);
        return meaning(state) + " (SQLSTATE " + state + ")";
    }

    private static String meaning(String state) {
        return switch (state) {
            case "57P01", "57P02" ->
                "the database ended the connection: it was shut down, or somebody ended the process";
            case "57P03", "08001", "08004", "08006" -> "the database does not answer, or the connection to it broke";
            case "28000", "28P01" -> "the database refused the user or the password";
            case "3D000" -> "the server has no database of this name";
            case "53100" -> "the database's disk is full: make room there";
            case "53200" -> "the database has no memory left";
            case "53300" -> "the database takes no more connections: raise max_connections, or lower sweep.parallelism";
            case "53400" -> "a limit of the database's configuration was reached";
            case "57014" -> "a statement took longer than it may: raise sweep.statement-timeout, or see what is slow";
            case "25P03" -> "the database ended a transaction that stood idle for too long";
            case "25006" -> "the database takes no changes: it is a standby, or set read-only";
            case "40001", "40P01", "55P03" -> "others held the rows or tables for too long";
            case "42501" -> "the user lacks a right on what the sweep has to read or change: see the grants";
            default -> gone(state) ? "the connection to the database broke" : "the database refused";
        };
    }

    private static boolean gone(String state) {
        return state.startsWith("08") || state.startsWith("57P");
    }

    private static String state(SQLException refused) {
        return refused.getSQLState() == null ? "unknown" : refused.getSQLState();
    }
}
