package io.storeveil.retention.ledger;

import io.storeveil.retention.command.CommandFailed;
import io.storeveil.retention.command.ExitCode;
import io.storeveil.retention.command.InputWrong;
import io.storeveil.retention.command.Terminal;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ledger verify|export}. */
@Command(
        name = "ledger",
        description = "What was decided and done, in a chain of hashes that nobody alters unseen.",
        subcommands = {LedgerCommand.Verify.class, LedgerCommand.Export.class})
@SuppressWarnings("NullAway.Init") // fields by picocli
public final class LedgerCommand {

    @Command(
            name = "verify",
            header = "Walk the chain, and name the first entry that is not as it was written.",
            description = {
                "It finds entries that were altered, removed, inserted, reordered or cut off.",
                "With --file it needs neither database nor settings."
            })
    static final class Verify implements java.util.concurrent.Callable<Integer> {

        @Mixin
        private Terminal terminal;

        @Option(
                names = "--file",
                paramLabel = "FILE",
                description = "An export. Default: the control database's ledger.")
        private @Nullable Path file;

        @Option(
                names = "--head",
                paramLabel = "HASH",
                description = "A hash that a report or a reviewer has kept; the ledger must still hold that entry.")
        private @Nullable String head;

        @Override
        public Integer call() {
            List<String> lines = file != null
                    ? read(file)
                    : LedgerExport.lines(new Ledger(terminal.control(), terminal.clock()).entries());
            Chain.Verdict verdict = LedgerExport.verify(lines);
            Optional<String> problem = verdict.problem().or(() -> withoutHead(lines));
            Map<String, Object> facts = new LinkedHashMap<>();
            facts.put("intact", problem.isEmpty());
            facts.put("entries", verdict.entries());
            facts.put("head", verdict.head());
            problem.ifPresent(text -> facts.put("problem", text));
            terminal.say(problem.map(text ->
                            "NOT INTACT: " + text + ". " + verdict.entries() + " entries before it are in order.")
                    .orElse("Intact: " + verdict.entries() + " entries, head " + verdict.head()));
            return terminal.end(problem.isEmpty() ? ExitCode.DONE : ExitCode.FAILED, facts);
        }

        private Optional<String> withoutHead(List<String> lines) {
            if (head == null || lines.stream().anyMatch(line -> line.contains("\"hash\":\"" + head + "\""))) {
                return Optional.empty();
            }
            return Optional.of("no entry has the hash given by --head: it was cut off, or the chain was written anew");
        }

        private static List<String> read(Path file) {
            try {
                return Files.readAllLines(file);
            } catch (IOException unreadable) {
                throw new InputWrong(file + ": cannot be read as UTF-8 text");
            }
        }
    }

    @Command(name = "export", description = "Write the ledger to a file that 'ledger verify --file' checks on its own.")
    static final class Export implements java.util.concurrent.Callable<Integer> {

        @Mixin
        private Terminal terminal;

        @Option(names = "--to", paramLabel = "FILE", required = true, description = "A file that is not there yet.")
        private Path file;

        @Override
        public Integer call() {
            List<LedgerEntry> entries = new Ledger(terminal.control(), terminal.clock()).entries();
            try {
                Files.write(file, LedgerExport.lines(entries), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            } catch (FileAlreadyExistsException there) {
                throw new InputWrong(file + " is there already; name another file");
            } catch (IOException failed) {
                throw new CommandFailed(file + " cannot be written", failed);
            }
            terminal.say(entries.size() + " entries written to " + file);
            return terminal.end(ExitCode.DONE, Map.of("entries", entries.size(), "file", file.toString()));
        }
    }
}
