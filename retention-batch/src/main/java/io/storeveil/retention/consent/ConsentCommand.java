package io.storeveil.retention.consent;

import io.storeveil.policy.Policy;
import io.storeveil.policy.Purpose;
import io.storeveil.policy.Purpose.Choice;
import io.storeveil.retention.command.ExitCode;
import io.storeveil.retention.command.InputWrong;
import io.storeveil.retention.command.PolicyFile;
import io.storeveil.retention.command.Terminal;
import io.storeveil.retention.ledger.Sha256;
import io.storeveil.retention.subject.Subject;
import io.storeveil.retention.subject.SubjectOption;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code consent record|withdraw|show|import|resend}. */
@Command(
        name = "consent",
        description = "What people allow, and what they object to.",
        subcommands = {
            ConsentCommand.Grant.class,
            ConsentCommand.Withdraw.class,
            ConsentCommand.Show.class,
            ConsentCommand.Import.class,
            ConsentCommand.ResendAll.class
        })
@SuppressWarnings("NullAway.Init") // fields by picocli
public final class ConsentCommand {

    static final String GLOBAL_PRIVACY_CONTROL = "global-privacy-control";

    /** What a person and their statement have in common, whatever they say. A picocli mixin. */
    static final class Said {

        @ArgGroup(multiplicity = "1")
        private SubjectOption subject;

        @Option(
                names = "--at",
                paramLabel = "WHEN",
                description = "When they said it: 2026-11-23 or 2026-11-23T10:15:00Z. Default: now.")
        private @Nullable String at;

        @Option(names = "--evidence", paramLabel = "TEXT", description = "What finds the proof again. No names.")
        private @Nullable String evidence;
    }

    @Command(
            name = "record",
            header = "Record that a person allows a purpose.",
            description = "Consent (GDPR Art. 7), or an objection or opt-out that is taken back.")
    static final class Grant implements Callable<Integer> {

        @Mixin
        private Terminal terminal;

        @Mixin
        private PolicyFile policyFile;

        @Mixin
        private Said said;

        @Option(names = "--purpose", required = true, paramLabel = "NAME", description = "A purpose of the policy.")
        private String purpose;

        @Option(
                names = "--channel",
                required = true,
                paramLabel = "WORD",
                description = "Where: web, app, phone, letter.")
        private String channel;

        @Option(names = "--expires", paramLabel = "WHEN", description = "It counts as withdrawn from then on.")
        private @Nullable String expires;

        @Option(names = "--notice", paramLabel = "VERSION", description = "Version of the notice they were shown.")
        private @Nullable String notice;

        @ArgGroup
        private @Nullable Wording wording;

        @Override
        public Integer call() {
            Draft draft = new Draft(
                    purpose,
                    Decision.GRANTED.word(),
                    said.at,
                    expires,
                    notice,
                    wording == null ? null : wording.sha256(),
                    channel,
                    said.evidence);
            return recorded(terminal, policyFile.load(), said.subject, List.of(draft));
        }
    }

    /** The notice's wording, or its hash. A picocli argument group. */
    static final class Wording {

        @Option(names = "--wording", paramLabel = "FILE", description = "The notice's text; its SHA-256 is recorded.")
        private @Nullable Path file;

        @Option(names = "--wording-sha256", paramLabel = "HEX", description = "The same, of a text that is not here.")
        private @Nullable String hash;

        @Nullable
        String sha256() {
            if (file == null) {
                return hash;
            }
            try {
                return Sha256.of(Files.readAllBytes(file));
            } catch (IOException unreadable) {
                throw new InputWrong("--wording: " + file + " cannot be read");
            }
        }
    }

    @Command(
            name = "withdraw",
            header = "Record that a person no longer allows a purpose, or objects to it.",
            description = "GDPR Art. 7(3) and 21; Cal. Civ. Code 1798.120.")
    static final class Withdraw implements Callable<Integer> {

        @Mixin
        private Terminal terminal;

        @Mixin
        private PolicyFile policyFile;

        @Mixin
        private Said said;

        @ArgGroup(multiplicity = "1")
        private Which which;

        @Option(names = "--channel", paramLabel = "WORD", description = "Where: web, app, phone, letter.")
        private @Nullable String channel;

        @Override
        public Integer call() {
            Policy policy = policyFile.load();
            return recorded(
                    terminal,
                    policy,
                    said.subject,
                    which.purposes(policy).stream()
                            .map(purpose -> new Draft(
                                    purpose,
                                    no(policy, purpose),
                                    said.at,
                                    null,
                                    null,
                                    null,
                                    which.signal ? GLOBAL_PRIVACY_CONTROL : channel,
                                    said.evidence))
                            .toList());
        }

        private static @Nullable String no(Policy policy, String name) {
            Purpose purpose = policy.purposes().get(name);
            return purpose == null ? null : Decision.no(purpose.choice()).word();
        }
    }

    /** One purpose, or all that a browser's signal speaks of. A picocli argument group. */
    static final class Which {

        @Option(names = "--purpose", paramLabel = "NAME", description = "A purpose of the policy.")
        private @Nullable String purpose;

        @Option(
                names = "--global-privacy-control",
                description = "The person's browser sent Sec-GPC: 1: every purpose with 'opt-out: sale-or-sharing'.")
        private boolean signal;

        List<String> purposes(Policy policy) {
            if (purpose != null) {
                return List.of(purpose);
            }
            List<String> sales = policy.purposes().values().stream()
                    .filter(each -> each.optOut() == Purpose.OptOut.SALE_OR_SHARING)
                    .map(Purpose::name)
                    .toList();
            if (sales.isEmpty()) {
                throw new InputWrong(
                        "--global-privacy-control: the policy has no purpose with 'opt-out: sale-or-sharing'");
            }
            return sales;
        }
    }

    @Command(name = "show", description = "What one person said, and what counts.")
    static final class Show implements Callable<Integer> {

        @Mixin
        private Terminal terminal;

        @Mixin
        private PolicyFile policyFile;

        @ArgGroup(multiplicity = "1")
        private SubjectOption subject;

        @Override
        public Integer call() {
            Policy policy = policyFile.load();
            Register register = Register.open(terminal, policy);
            List<Statement> statements = register.of(subject.find(register.lookup(), terminal.surroundings()));
            Map<String, Boolean> allowed = new LinkedHashMap<>();
            Instant now = terminal.clock().instant();
            policy.purposes().values().stream()
                    .filter(purpose -> purpose.choice() != Choice.NONE)
                    .forEach(purpose -> allowed.put(purpose.name(), allowed(purpose, statements, now)));
            allowed.forEach((purpose, yes) -> terminal.say(purpose + ": " + (yes ? "allowed" : "not allowed")));
            terminal.table(
                    List.of("PURPOSE", "SAID", "AT", "EXPIRES", "NOTICE", "CHANNEL", "EVIDENCE"),
                    statements.stream().map(ConsentCommand::row).toList(),
                    "Nothing was said.");
            return terminal.end(
                    ExitCode.DONE,
                    Map.of(
                            "allowed",
                            allowed,
                            "statements",
                            statements.stream().map(Statement::facts).toList()));
        }

        /** The first of a purpose is what counts. */
        private static boolean allowed(Purpose purpose, List<Statement> statements, Instant now) {
            return statements.stream()
                    .filter(statement -> statement.purpose().equals(purpose.name()))
                    .findFirst()
                    .map(last -> last.decision() == Decision.GRANTED
                            && (last.expires() == null || last.expires().isAfter(now)))
                    .orElse(purpose.choice() == Choice.OPT_OUT);
        }
    }

    @Command(
            name = "import",
            header = "Record what many people said.",
            description = {
                "CSV with a head, or one JSON object a line, with these fields:",
                "subject or identifier, purpose, decision, at, expires, notice, wording-sha256, channel, evidence.",
                "What was recorded before is passed over, so the same lines may be sent again."
            })
    static final class Import implements Callable<Integer> {

        @Mixin
        private Terminal terminal;

        @Mixin
        private PolicyFile policyFile;

        @Parameters(arity = "0..1", paramLabel = "FILE", description = "Default: standard input.")
        private @Nullable Path file;

        @Override
        public Integer call() throws IOException {
            Register register = Register.open(terminal, policyFile.load());
            ConsentImport lines = new ConsentImport(register);
            try (BufferedReader in = file == null
                    ? new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))
                    : Files.newBufferedReader(file)) {
                lines.read(in);
            }
            lines.wrong().forEach(terminal::say);
            terminal.say(lines.recorded() + " recorded, " + lines.known() + " known already, "
                    + lines.wrong().size() + " wrong.");
            Set<String> notSent = sent(terminal, register.resend());
            return terminal.end(
                    lines.wrong().isEmpty() && notSent.isEmpty() ? ExitCode.DONE : ExitCode.NEEDS_PERSON,
                    Map.of(
                            "recorded",
                            lines.recorded(),
                            "known",
                            lines.known(),
                            "wrong",
                            lines.wrong(),
                            "notSent",
                            notSent));
        }
    }

    @Command(
            name = "resend",
            header = "Send rows through the stream once more.",
            description = {
                "Without --purpose, of those who said something that the warehouse has not heard; the nightly sweep does so",
                "as well. With it, everybody's rows that serve the purpose: for a new sink, or after the control database",
                "was away for longer than Reveal waits."
            })
    static final class ResendAll implements Callable<Integer> {

        @Mixin
        private Terminal terminal;

        @Mixin
        private PolicyFile policyFile;

        @Option(names = "--purpose", paramLabel = "NAME", description = "A purpose of the policy.")
        private @Nullable String purpose;

        @Override
        public Integer call() {
            Register register = Register.open(terminal, policyFile.load());
            Set<String> notSent = purpose == null
                    ? sent(terminal, register.resend())
                    : sent(terminal, new Resend.Outcome(0, register.resend(purpose)));
            return terminal.end(notSent.isEmpty() ? ExitCode.DONE : ExitCode.NEEDS_PERSON, Map.of("notSent", notSent));
        }
    }

    /** @return what was not sent, and why */
    private static Set<String> sent(Terminal terminal, Resend.Outcome outcome) {
        outcome.refusals().forEach(why -> terminal.say("NOT SENT AGAIN: " + why));
        return outcome.refusals();
    }

    private static int recorded(Terminal terminal, Policy policy, SubjectOption subject, List<Draft> drafts) {
        Register register = Register.open(terminal, policy);
        Subject person = subject.find(register.lookup(), terminal.surroundings());
        List<Statement> statements =
                drafts.stream().map(draft -> register.statement(person, draft)).toList();
        List<Map<String, Object>> facts = new ArrayList<>();
        for (Statement statement : statements) {
            boolean added = register.record(person, statement);
            terminal.say(
                    statement.purpose() + ": " + statement.decision().word() + (added ? "" : ", as recorded before"));
            facts.add(statement.facts());
        }
        Set<String> notSent = sent(terminal, register.resend());
        return terminal.end(
                notSent.isEmpty() ? ExitCode.DONE : ExitCode.NEEDS_PERSON,
                Map.of("statements", facts, "notSent", notSent));
    }

    private static List<String> row(Statement statement) {
        return List.of(
                statement.purpose(),
                statement.decision().word(),
                statement.at().toString(),
                Objects.toString(statement.expires(), "-"),
                Objects.toString(statement.notice(), "-"),
                statement.channel(),
                Objects.toString(statement.evidence(), "-"));
    }
}
