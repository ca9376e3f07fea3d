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
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code ledger verify|export|prove}. */
@Command(
        name = "ledger",
        description = "What was decided and done, in a chain of hashes that nobody alters unseen.",
        subcommands = {LedgerCommand.Verify.class, LedgerCommand.Export.class, LedgerCommand.Prove.class})
@SuppressWarnings("NullAway.Init") // fields by picocli
public final class LedgerCommand {

    @Command(
            name = "verify",
            header = "Walk the chain, and name the first entry that is not as it was written.",
            description = {
                "It finds entries that were altered, removed, inserted, reordered or cut off, also those of the store's",
                "journal, which each run's seal covers.",
                "With --file it needs neither database nor settings."
            })
    static final class Verify implements java.util.concurrent.Callable<Integer> {

        @Mixin
        private Terminal terminal;

        @Option(
                names = "--file",
                paramLabel = "FILE",
                description =
                        "What 'export' or 'prove' wrote. Default: the ledger and the store's journal as they are.")
        private @Nullable Path file;

        @Option(
                names = "--head",
                paramLabel = "HASH",
                description = "A hash that a report or a reviewer has kept; the ledger must still hold that entry.")
        private @Nullable String head;

        @Override
        public Integer call() {
            List<String> lines = file != null ? read(file) : lines(terminal);
            if (lines.size() == 1 && Inclusion.is(LedgerExport.parsed(lines.get(0)))) {
                return proof(LedgerExport.parsed(lines.get(0)));
            }
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

        private int proof(JsonNode proof) {
            Optional<String> problem = Inclusion.problem(proof);
            String root = proof.path("root").asString("");
            terminal.say(problem.map(text -> "NOT PROVEN: " + text)
                    .orElse("Proven: the entry is under the root " + root + ". Compare it with the report's."));
            Map<String, Object> facts = new LinkedHashMap<>();
            facts.put("proven", problem.isEmpty());
            facts.put("root", root);
            problem.ifPresent(text -> facts.put("problem", text));
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
            List<String> lines = lines(terminal);
            long entries = LedgerExport.parsed(lines.get(lines.size() - 1))
                    .path("entries")
                    .asLong();
            write(file, lines);
            terminal.say(entries + " entries written to " + file);
            return terminal.end(ExitCode.DONE, Map.of("entries", entries, "file", file.toString()));
        }
    }

    @Command(
            name = "prove",
            header = "Prove that one entry of the store's journal is under its run's seal.",
            description = {
                "The proof names no other entry; 'ledger verify --file' checks it, and the root stands in the run's report."
            })
    static final class Prove implements java.util.concurrent.Callable<Integer> {

        @Mixin
        private Terminal terminal;

        @Parameters(paramLabel = "ENTRY", description = "Its number in the store's table storeveil.journal.")
        private long journal;

        @Option(names = "--to", paramLabel = "FILE", required = true, description = "A file that is not there yet.")
        private Path file;

        @Override
        public Integer call() throws SQLException {
            RunSeal seals = new RunSeal(terminal.control(), terminal.clock());
            String run = seals.runOf(journal)
                    .orElseThrow(() -> new InputWrong("ENTRY: no run has sealed such an entry of the journal"));
            List<Leaf> leaves = seals.leaves(terminal.settings().store().dataSource(), run);
            Leaf leaf = leaves.stream()
                    .filter(each -> each.journal() == journal)
                    .findFirst()
                    .orElseThrow();
            if (leaf.line() == null) {
                throw new CommandFailed("the store's journal no longer has entry " + journal);
            }
            RunSeal.Sealed sealed = seals.of(run).orElseThrow();
            write(file, List.of(Inclusion.prove(leaves, leaf, sealed)));
            terminal.say("Proof of journal entry " + journal + " under the root of " + run + " written to " + file);
            return terminal.end(ExitCode.DONE, Map.of("run", run, "root", sealed.root(), "file", file.toString()));
        }
    }

    /** The ledger as it stands, with the store's journal beside it. */
    private static List<String> lines(Terminal terminal) {
        try {
            return LedgerExport.lines(
                    new Ledger(terminal.control(), terminal.clock()).entries(),
                    new RunSeal(terminal.control(), terminal.clock())
                            .all(terminal.settings().store().dataSource()));
        } catch (SQLException failed) {
            throw new CommandFailed("the store's journal, which the runs have sealed, cannot be read: SQLSTATE "
                    + failed.getSQLState());
        }
    }

    private static void write(Path file, List<String> lines) {
        try {
            Files.write(file, lines, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        } catch (FileAlreadyExistsException there) {
            throw new InputWrong(file + " is there already; name another file");
        } catch (IOException failed) {
            throw new CommandFailed(file + " cannot be written", failed);
        }
    }
}
