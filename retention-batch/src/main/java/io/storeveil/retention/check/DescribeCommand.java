package io.storeveil.retention.check;

import io.storeveil.policy.Column;
import io.storeveil.policy.Owner;
import io.storeveil.policy.Policy;
import io.storeveil.policy.Purpose;
import io.storeveil.policy.SubjectKind;
import io.storeveil.policy.Table;
import io.storeveil.protect.Guarantee;
import io.storeveil.retention.command.ExitCode;
import io.storeveil.retention.command.PolicyFile;
import io.storeveil.retention.command.Terminal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "describe",
        description =
                "Say what a policy does to each column, with everything derived filled in. No database is needed.")
@SuppressWarnings("NullAway.Init") // fields by picocli
final class DescribeCommand implements Callable<Integer> {
    @Mixin
    private Terminal terminal;

    @Mixin
    private PolicyFile file;

    @Override
    public Integer call() {
        Policy policy = file.load();
        terminal.say("Store " + policy.store() + ", policy " + policy.sha256());
        terminal.say("");
        for (Purpose purpose : policy.purposes().values()) {
            terminal.say(purpose(purpose));
        }
        terminal.say("");
        for (SubjectKind kind : policy.subjects().values()) {
            terminal.say("A " + kind.name() + " is a row of " + kind.table() + ", named by "
                    + String.join(", ", kind.key())
                    + (kind.identifiers().isEmpty()
                            ? ""
                            : ", found by "
                                    + String.join(", ", kind.identifiers().keySet())));
        }
        policy.tables().values().forEach(table -> table(policy, table));
        return terminal.end(ExitCode.DONE, facts(policy));
    }

    private void table(Policy policy, Table table) {
        terminal.say("");
        terminal.say(table.name() + belongs(policy, table));
        if (!table.captured()) {
            return;
        }
        List<List<String>> rows = new ArrayList<>();
        for (Column column : table.parts()) {
            rows.add(List.of(
                    "  " + column.name(),
                    column.category(),
                    column.inStream().name(),
                    atRest(column),
                    String.join(", ", column.purposes()),
                    guarantee(column.inStream().guarantee())));
        }
        terminal.table(
                List.of("  column", "category", "in stream", "at rest", "purposes", "in the stream it is"), rows, "");
    }

    private static String belongs(Policy policy, Table table) {
        if (!table.captured()) {
            return ": neither streamed nor swept";
        }
        if (policy.subjectOf(table.name()).isPresent()) {
            return ": one row for each " + policy.subjectOf(table.name()).get().name();
        }
        if (!table.owners().isEmpty()) {
            return ": rows belong to "
                    + String.join(
                            ", else ",
                            table.owners().stream().map(DescribeCommand::owner).toList());
        }
        return table.shared() ? ": shared rows, gone with their last referrer" : ": nobody's rows";
    }

    private static String owner(Owner owner) {
        return owner.to() + " by " + String.join(", ", owner.on().keySet());
    }

    private static String purpose(Purpose purpose) {
        return "Purpose " + purpose.name() + ": " + word(purpose.basis())
                + (purpose.reference() == null ? "" : " (" + purpose.reference() + ")") + ", kept " + purpose.keep()
                + " from " + word(purpose.from());
    }

    private static String atRest(Column column) {
        return column.atRest().value() == null
                ? word(column.atRest().action())
                : "'" + column.atRest().value() + "'";
    }

    private static String guarantee(Guarantee guarantee) {
        List<String> words = new ArrayList<>();
        if (guarantee.reversible()) {
            words.add("reversible");
        }
        if (guarantee.joinable()) {
            words.add("joinable");
        }
        if (guarantee.ownerKeyed()) {
            words.add("unreadable once the owner is erased");
        }
        return String.join(", ", words);
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static Map<String, Object> facts(Policy policy) {
        List<Map<String, Object>> columns = new ArrayList<>();
        for (Table table : policy.tables().values()) {
            for (Column column : table.parts()) {
                Map<String, Object> fact = new LinkedHashMap<>();
                fact.put("table", table.name().toString());
                fact.put("column", column.name());
                fact.put("category", column.category());
                fact.put("inStream", column.inStream().name());
                fact.put("atRest", atRest(column));
                fact.put("purposes", column.purposes());
                fact.put("domain", column.domain());
                columns.add(fact);
            }
        }
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("store", policy.store());
        facts.put("policy", policy.sha256());
        facts.put("columns", columns);
        return facts;
    }
}
