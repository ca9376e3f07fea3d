package io.storeveil.retention.verify;

import io.storeveil.keys.KeyReference;
import io.storeveil.keys.KeyState;
import io.storeveil.policy.Policy;
import io.storeveil.policy.SubjectKind;
import io.storeveil.retention.catalog.Catalog;
import io.storeveil.retention.command.CommandFailed;
import io.storeveil.retention.command.ExitCode;
import io.storeveil.retention.command.InputWrong;
import io.storeveil.retention.command.PolicyFile;
import io.storeveil.retention.command.Terminal;
import io.storeveil.retention.drain.Copies;
import io.storeveil.retention.erase.ApprovedRequests;
import io.storeveil.retention.erase.Erasure;
import io.storeveil.retention.keystate.KeyStates;
import io.storeveil.retention.ledger.Ledger;
import io.storeveil.retention.ownership.Ownership;
import io.storeveil.retention.ownership.Thresholds;
import io.storeveil.retention.request.Request;
import io.storeveil.retention.request.RequestRecords;
import io.storeveil.retention.request.RequestState;
import io.storeveil.retention.settings.Settings;
import io.storeveil.retention.store.StoreTransaction;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code request verify}. */
@Command(
        name = "verify",
        header =
                "Look again for an erased person: by identity and identifiers in the store, and in Kafka and the warehouse.",
        description = {
            "It changes nothing. Once a request is closed nothing is remembered of the person: then the copies alone are",
            "looked at, unless --identifier says what to look for. Findings name tables and columns, never values."
        })
@SuppressWarnings("NullAway.Init") // fields by picocli
public final class VerifyCommand implements Callable<Integer> {

    @Mixin
    private Terminal terminal;

    @Mixin
    private PolicyFile policyFile;

    @Parameters(paramLabel = "REQUEST", description = "Its number, e.g. R-2026-0001.")
    private String id;

    @Option(
            names = "--full",
            description = {
                "Read every row of every table and materialised view, anywhere in the text, in any case. Without it only",
                "columns with an index are asked, for whole values."
            })
    private boolean full;

    @Option(
            names = "--identifier",
            paramLabel = "NAME",
            description = "Of the policy: email. Its value is asked for, or taken from STOREVEIL_IDENTIFIER.")
    private @Nullable String identifier;

    @Override
    public Integer call() {
        Policy policy = policyFile.load();
        RequestRecords records = new RequestRecords(terminal.control(), terminal.clock());
        Request request = records.request(id)
                .orElseThrow(() -> new InputWrong("there is no such request; see 'request list --all'"));
        KeyState keys = KeyStates.store(terminal.settings()).current();
        List<Erasure> people = records.erased(keys).stream()
                .filter(due -> due.id().equals(id))
                .flatMap(due -> ApprovedRequests.erasure(policy, due).stream())
                .toList();
        Map<String, Remembered> remembered = new TreeMap<>();
        remembered(policy, request, keys).ifPresent(found -> remembered.put(id, found));
        boolean known = !remembered.isEmpty() && (!people.isEmpty() || identifier != null);
        if (!known && request.state() != RequestState.CLOSED) {
            throw new InputWrong(id + " is " + request.state().word()
                    + ": nothing is remembered of an erased person. Say with --identifier NAME what to look for");
        }
        if (!known) {
            terminal.say("nothing is remembered of this person: --identifier NAME searches the store for them");
        }
        Verification seen = look(policy, people, remembered);
        List<String> copies = Copies.ofRequest(policy, terminal.settings(), keys, id);
        new Ledger(terminal.control(), terminal.clock())
                .append("request-verified", null, facts(seen, copies, terminal.operator()));
        return end(seen, copies, remembered.size());
    }

    private Optional<Remembered> remembered(Policy policy, Request request, KeyState keys) {
        String name = identifier;
        if (name == null) {
            return new Traces(terminal.control(), terminal.clock(), policy.store())
                    .of(keys, id, KeyReference.parse(request.subjectRef()));
        }
        SubjectKind kind = policy.subjects().get(request.subjectKind());
        if (kind == null || !kind.identifiers().containsKey(name)) {
            throw new InputWrong("--identifier: allowed for a " + request.subjectKind() + ": "
                    + (kind == null
                            ? "none"
                            : String.join(", ", kind.identifiers().keySet())));
        }
        char[] value = terminal.surroundings().secret("STOREVEIL_IDENTIFIER", name);
        return Optional.of(
                new Remembered(kind.name(), List.of(), Map.of(name, List.of(new String(value))), Map.of(), Map.of()));
    }

    private Verification look(Policy policy, List<Erasure> people, Map<String, Remembered> remembered) {
        Settings settings = terminal.settings();
        StoreTransaction transaction = new StoreTransaction(
                settings.store().dataSource(),
                settings.sweep().lockTimeout(),
                settings.sweep().statementTimeout());
        Thresholds thresholds = new Thresholds(policy, terminal.clock().instant());
        try {
            return transaction.look(connection -> Verification.look(
                    connection,
                    new Ownership(policy, Catalog.read(connection)),
                    thresholds,
                    people,
                    remembered,
                    full ? Verification.Depth.FULL : Verification.Depth.INDEXED));
        } catch (SQLException failed) {
            throw new CommandFailed("the store cannot be searched: SQLSTATE " + failed.getSQLState());
        }
    }

    private int end(Verification seen, List<String> copies, int remembered) {
        boolean clean = seen.clean() && copies.isEmpty();
        List<String> left =
                Stream.concat(seen.residues().stream(), copies.stream()).toList();
        left.forEach(residue -> terminal.say("left: " + residue));
        seen.stubs().forEach(stub -> terminal.say("at rest: " + stub));
        seen.named().forEach(place -> terminal.say("named: " + place));
        if (remembered > 0) {
            seen.coverage().tables().forEach(table -> terminal.say("searched: " + table.sentence()));
            terminal.say(seen.coverage().sentence(remembered));
        }
        terminal.say(id + ": " + (clean ? "nothing found" : "a person has to look into this"));
        Map<String, Object> facts = facts(seen, copies, null);
        facts.put("left", left);
        facts.put("places", seen.named());
        facts.put("tables", seen.coverage().tables());
        return terminal.end(clean ? ExitCode.DONE : ExitCode.NEEDS_PERSON, facts);
    }

    private Map<String, Object> facts(Verification seen, List<String> copies, @Nullable String who) {
        Map<String, Object> facts = new TreeMap<>(seen.facts());
        facts.put("leftInCopies", copies.size());
        facts.put("request", id);
        if (who != null) {
            facts.put("who", who);
        }
        return facts;
    }
}
