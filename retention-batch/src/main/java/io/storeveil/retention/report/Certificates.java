package io.storeveil.retention.report;

import io.storeveil.retention.ledger.Ledger;
import io.storeveil.retention.precedence.Decisions;
import io.storeveil.retention.precedence.JournalledDecisions;
import io.storeveil.retention.sweep.SweepContext;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Makes a certificate for each request that a run worked on. */
final class Certificates {

    private final SweepContext context;
    private final JdbcClient control;

    Certificates(SweepContext context) {
        this.context = context;
        this.control = JdbcClient.create(context.control());
    }

    private record Facts(String kind, String subject, String state, Instant receivedAt) {}

    List<Certificate> all() {
        if (context.run().simulate()) {
            return List.of();
        }
        Evidence evidence = Evidence.of(new Ledger(context.control(), context.clock())
                .entries(context.run().id()));
        Certification certification = new Certification(
                context.policy(), evidence, context.settings().connect().topicPrefix());
        return JournalOfRequest.of(context.store(), context.run().id()).stream()
                .filter(journal -> !journal.request().startsWith(JournalledDecisions.INACTIVE))
                .map(journal -> certificate(journal, certification, evidence))
                .toList();
    }

    private Certificate certificate(JournalOfRequest journal, Certification certification, Evidence evidence) {
        Optional<Facts> facts = facts(journal.request());
        Optional<Instant> shredded = shredded(journal.lastEntry());
        return new Certificate(
                journal.request(),
                facts.map(Facts::kind).orElse("erase"),
                facts.map(Facts::subject).orElse(""),
                facts.map(Facts::state).orElse("not in the control database"),
                context.run().store(),
                context.policy().controller().name(),
                context.run().id(),
                context.policy().sha256(),
                context.clock().instant(),
                facts.map(Facts::receivedAt).orElse(null),
                shredded.orElse(null),
                journal.finished(),
                certification.tables(
                        journal, new Decisions(context.control()).ofRequest(journal.request()), shredded.orElse(null)),
                limits(journal, evidence));
    }

    private List<String> limits(JournalOfRequest journal, Evidence evidence) {
        List<String> limits = new ArrayList<>();
        if (!journal.finished()) {
            limits.add("The erasure is not finished: the journal holds no closing mark for this request.");
        }
        limits.add(lookedAgain(journal.request(), evidence.looked()));
        if (!evidence.drained()) {
            limits.add("The run was not drained: nothing is known of copies in Kafka.");
        }
        if (!evidence.checked()) {
            limits.add("The warehouse was not searched.");
        }
        limits.add(
                "Backups and replicas of the store itself hold its rows in the clear until they expire; this program "
                        + "does not see them.");
        limits.add("A key-encryption key in a file may outlive its deletion on a journaling file system or in a "
                + "snapshot; where a key-management service holds it, that service's date counts.");
        return limits;
    }

    private static String lookedAgain(String request, Evidence.@Nullable Looked looked) {
        if (looked == null) {
            return "The store was not looked through again for the person.";
        }
        String found = looked.clean()
                ? "The store was looked through again for the person: what is not named here as kept was not found. "
                : "The look that followed found something of erased people in the store; the run's report says where. ";
        return found + "Their identifiers were searched for through the indexes of "
                + Words.count(looked.indexed(), "column") + "; " + Words.count(looked.left(), "column")
                + " with text " + (looked.left() == 1 ? "was" : "were")
                + " not searched, and 'storeveil request verify "
                + request + " --full' reads all.";
    }

    private Optional<Facts> facts(String request) {
        return control.sql("select kind, subject_ref, state, received_at from storeveil.request where id = :id")
                .param("id", request)
                .query((row, n) -> new Facts(
                        row.getString("kind"),
                        row.getString("subject_ref"),
                        row.getString("state"),
                        row.getObject("received_at", OffsetDateTime.class).toInstant()))
                .optional();
    }

    /** When the shredding that covers this journal entry took effect. */
    private Optional<Instant> shredded(long entry) {
        return control.sql(
                        """
                        select min(effective_at) as at from storeveil.shred join storeveil.run on run.id = shred.run
                        where store = :store and up_to_journal_id >= :entry""")
                .param("store", context.run().store())
                .param("entry", entry)
                .query((row, n) -> Optional.ofNullable(row.getObject("at", OffsetDateTime.class))
                        .map(OffsetDateTime::toInstant))
                .single();
    }
}
