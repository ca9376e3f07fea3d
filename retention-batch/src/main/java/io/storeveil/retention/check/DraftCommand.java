package io.storeveil.retention.check;

import io.storeveil.retention.catalog.Catalog;
import io.storeveil.retention.command.CommandFailed;
import io.storeveil.retention.command.ExitCode;
import io.storeveil.retention.command.InputWrong;
import io.storeveil.retention.command.StoreUrl;
import io.storeveil.retention.command.Terminal;
import io.storeveil.retention.draft.PolicyDraft;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "draft",
        description = {
            "Write a first policy from a live database: ownership from foreign keys, categories from names.",
            "No row is read. Every guess that a person must confirm is marked '# review:'."
        })
@SuppressWarnings("NullAway.Init") // fields by picocli
final class DraftCommand implements Callable<Integer> {
    @Mixin
    private Terminal terminal;

    @Mixin
    private StoreUrl database;

    @Option(
            names = "--store",
            paramLabel = "NAME",
            defaultValue = "store",
            description = "The store's name. Default: store.")
    private String store;

    @Option(
            names = "--time-zone",
            paramLabel = "ZONE",
            defaultValue = "Europe/Berlin",
            description = "The zone whose calendar days count. Default: ${DEFAULT-VALUE}.")
    private String timeZone;

    @Option(
            names = "--to",
            paramLabel = "FILE",
            description = "A file that is not there yet. Default: standard output.")
    private @Nullable Path file;

    @Override
    public Integer call() {
        if (!store.matches("[A-Za-z][A-Za-z0-9_-]{0,62}")) {
            throw new InputWrong("--store must be letters, digits, '_' and '-', and begin with a letter");
        }
        Catalog catalog = catalog();
        String draft = PolicyDraft.of(catalog, store, zone());
        int reviews = draft.split("# review:", -1).length - 1;
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("tables", catalog.tables().size());
        facts.put("reviews", reviews);
        if (file == null) {
            terminal.say(draft.stripTrailing());
            facts.put("policy", draft);
        } else {
            write(file, draft);
            terminal.say(
                    file + ": " + catalog.tables().size() + " tables, " + reviews + " questions marked '# review:'");
            facts.put("file", file.toString());
        }
        return terminal.end(ExitCode.DONE, facts);
    }

    private Catalog catalog() {
        try (Connection connection = database.connect(terminal.surroundings())) {
            return Catalog.read(connection);
        } catch (SQLException e) {
            throw new CommandFailed("the database's catalog cannot be read: " + Probe.meaning(e), e);
        }
    }

    private ZoneId zone() {
        try {
            return ZoneId.of(timeZone);
        } catch (DateTimeException e) {
            throw new InputWrong("--time-zone must be a zone such as Europe/Berlin");
        }
    }

    private static void write(Path file, String draft) {
        try {
            Files.writeString(file, draft, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        } catch (FileAlreadyExistsException e) {
            throw new InputWrong(file + " is there already; name another file");
        } catch (IOException e) {
            throw new CommandFailed(file + " cannot be written", e);
        }
    }
}
