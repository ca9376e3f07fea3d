package io.storeveil.retention.restore;

import io.storeveil.retention.control.RunRecords;
import io.storeveil.retention.control.Severity;
import io.storeveil.retention.sweep.Step;
import io.storeveil.retention.sweep.SweepContext;
import io.storeveil.retention.sweep.WaitsForPerson;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * Sees whether the store was put back from a backup: then erased people are back, their numbers may be others' by now, and
 * what dates people is older than the truth. Nothing is erased and nothing expires until a second person has approved; what
 * protects people is written to the store again at once.
 */
public final class RestoreStep implements Step {

    /** How the finding begins that leads the report. */
    public static final String FOUND = "the store was put back from a backup, or exchanged: ";

    @Override
    public String name() {
        return "restore";
    }

    /** @throws WaitsForPerson if it was, and nobody has approved of what is found in it */
    @Override
    public void run(SweepContext context) throws SQLException {
        RestoreRecords restores = new RestoreRecords(context.control(), context.clock());
        List<String> signs = Signs.of(context);
        Optional<Restored> before = restores.pending(context.run().store());
        if (signs.isEmpty() && before.isEmpty()) {
            unchanged(context);
            return;
        }
        if (context.run().simulate()) {
            wait(context, signs.isEmpty() ? before.orElseThrow().signs() : signs, "");
        }
        Restored restored = look(context, restores, before, signs);
        if (!restores.approved(restored)) {
            wait(context, restored.signs(), found(restores, restored));
        }
        new Adoption(context, restores).of(restored);
        tell(
                context,
                Severity.INFO,
                "the sweep goes on with a store that was put back from a backup, as " + approver(restored)
                        + " has approved; its journal goes on behind all that it ever had");
    }

    private void unchanged(SweepContext context) throws SQLException {
        if (!context.run().simulate()) {
            Replays.forget(context);
            Signs.epoch(context).move(context.run().id());
        }
    }

    /** Once the store is being taken over, what was listed stays. */
    private Restored look(SweepContext context, RestoreRecords restores, Optional<Restored> before, List<String> signs)
            throws SQLException {
        if (before.isPresent() && before.get().adoptedBy() != null) {
            return before.get();
        }
        Mirrors mirrors = new Mirrors(context);
        mirrors.thaw();
        Matches matches = new Matches(context);
        new Census(context).take((kind, people) -> {
            mirrors.visit(kind, people);
            matches.visit(kind, people);
        });
        mirrors.settled().forEach(sentence -> tell(context, Severity.INFO, sentence));
        return restores.found(
                context.run(),
                signs,
                Signs.journalEnd(context),
                matches.counted(),
                matches.others(),
                context.keys().current());
    }

    private static String found(RestoreRecords restores, Restored restored) {
        List<Back> people = restores.people(restored);
        long certain = people.stream().filter(Back::certain).count();
        StringBuilder found = new StringBuilder();
        found.append(". Erased people who are in it again: ").append(certain);
        if (certain < people.size()) {
            found.append("; and ")
                    .append(people.size() - certain)
                    .append(" who have the number of one, while nothing says when they came to be");
        }
        if (restored.others() > 0) {
            found.append("; ")
                    .append(restored.others())
                    .append(" have such a number, but came to be at another time: they are others, and left alone");
        }
        if (!restored.waiting().isEmpty()) {
            found.append("; still to be carried out, while nothing shows that they mean whoever has the number now: ")
                    .append(String.join(", ", restored.waiting()));
        }
        if (restored.approval() != null) {
            found.append(". What ").append(approver(restored)).append(" has approved is not what is found now");
        }
        return found.toString();
    }

    private static String approver(Restored restored) {
        Restored.Approval approval = restored.approval();
        return approval == null ? "nobody" : approval.person();
    }

    private void wait(SweepContext context, List<String> signs, String found) {
        tell(
                context,
                Severity.DECISION,
                FOUND + String.join("; ", signs) + found
                        + ". Nothing is erased and nothing expires until a second person has decided: storeveil restore"
                        + " show, then storeveil restore approve, then sweep again");
        throw new WaitsForPerson("the store was put back from a backup, and nobody has approved of going on");
    }

    private void tell(SweepContext context, Severity severity, String text) {
        new RunRecords(context.control(), context.clock()).finding(context.run(), name(), severity, null, text);
    }
}
