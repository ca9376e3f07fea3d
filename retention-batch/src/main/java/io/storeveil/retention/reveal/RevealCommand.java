package io.storeveil.retention.reveal;

import io.storeveil.keys.KeyReference;
import io.storeveil.keys.KeyState;
import io.storeveil.policy.Column;
import io.storeveil.policy.Policy;
import io.storeveil.policy.Table;
import io.storeveil.protect.CannotOpen;
import io.storeveil.protect.Ciphertext;
import io.storeveil.protect.FieldContext;
import io.storeveil.protect.Opened;
import io.storeveil.retention.command.ExitCode;
import io.storeveil.retention.command.InputWrong;
import io.storeveil.retention.command.PolicyFile;
import io.storeveil.retention.command.Terminal;
import io.storeveil.retention.keystate.KeyStates;
import io.storeveil.retention.ledger.Ledger;
import io.storeveil.retention.person.Signatory;
import io.storeveil.retention.person.Signing;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code reveal --reason TEXT VALUE...}. */
@Command(
        name = "reveal",
        header = "Open single encrypted values, under your name.",
        description = {
            "Who looked, why, and whose values they were (as key references) goes into the ledger first; the values are",
            "printed, and written nowhere."
        })
@SuppressWarnings("NullAway.Init") // fields by picocli
public final class RevealCommand implements Callable<Integer> {

    @Mixin
    private Terminal terminal;

    @Mixin
    private PolicyFile policyFile;

    @Mixin
    private Signing signing;

    @Option(
            names = "--reason",
            required = true,
            paramLabel = "TEXT",
            description = "Why, e.g. a case number. It stays in the ledger for good: no names.")
    private String reason;

    @Parameters(arity = "1..*", paramLabel = "VALUE", description = "Encrypted values, as they stand in the warehouse.")
    private List<String> values;

    /** @param column the policy's name for where it belongs */
    private record Found(String column, KeyReference reference, Opened opened) {

        String text() {
            return opened instanceof Opened.Value value
                    ? value.value() instanceof byte[] bytes
                            ? HexFormat.of().formatHex(bytes)
                            : value.value().toString()
                    : Ciphertext.ERASED;
        }

        /** Without the value. */
        @Override
        public String toString() {
            return "Found[" + column + "]";
        }
    }

    @Override
    public Integer call() {
        Policy policy = policyFile.load();
        KeyState keys = KeyStates.store(terminal.settings()).current();
        Signatory who = signing.signatory(terminal);
        List<Found> found = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            found.add(open(policy, keys, values.get(i), i + 1));
        }
        record(who, found);
        found.forEach(each -> terminal.say(each.column + ": " + each.text()));
        return terminal.end(
                ExitCode.DONE,
                Map.of(
                        "values",
                        found.stream()
                                .map(each -> Map.of("column", each.column, "value", each.text()))
                                .toList()));
    }

    private void record(Signatory who, List<Found> found) {
        String name = who.person().name();
        List<String> references =
                found.stream().map(each -> each.reference.toString()).distinct().toList();
        List<String> columns = found.stream().map(Found::column).distinct().toList();
        String signed =
                String.join("\n", "storeveil/v1/reveal", name, reason, references.toString(), columns.toString());
        new Ledger(terminal.control(), terminal.clock())
                .append(
                        "values-revealed",
                        null,
                        Map.of(
                                "who",
                                name,
                                "reason",
                                reason,
                                "subjects",
                                references,
                                "columns",
                                columns,
                                "values",
                                found.size(),
                                "signature",
                                HexFormat.of().formatHex(who.sign(signed))));
    }

    /** A ciphertext opens in its own column only, so that is looked for. */
    private static Found open(Policy policy, KeyState keys, String text, int number) {
        String why = "no column of the policy is encrypted";
        for (Table table : policy.tables().values()) {
            for (Column column : table.columns().values()) {
                for (Column part : column.parts()) {
                    if (part.inStream().name().equals("encrypt")) {
                        try {
                            return open(policy, keys, table, part, text);
                        } catch (CannotOpen notThisOne) {
                            why = "is no ciphertext of a column of this policy, or was altered";
                        }
                    }
                }
            }
        }
        throw new InputWrong("value " + number + ": " + why + "; nothing was revealed");
    }

    private static Found open(Policy policy, KeyState keys, Table table, Column column, String text) throws CannotOpen {
        FieldContext context =
                new FieldContext(policy.store(), table.name().toString(), column.name(), column.domain());
        KeyReference reference = Ciphertext.reference(text);
        return new Found(table.name() + "." + column.name(), reference, Ciphertext.open(keys, context, text));
    }
}
