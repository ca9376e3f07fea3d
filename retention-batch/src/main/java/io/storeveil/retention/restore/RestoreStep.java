package io.storeveil.retention.restore;

import io.storeveil.retention.control.RunRecords;
import io.storeveil.retention.control.Severity;
import io.storeveil.retention.store.Epoch;
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

    @Override
    public String name() {
        return "restore";
    }

    /** @throws WaitsForPerson if it was, and nobody has approved of it */
    @Override
    public void run(SweepContext context) throws SQLException {
        List<String> signs = Signs.of(context);
        RestoreRecords restores = new RestoreRecords(context.control(), context.clock());
        Optional<Restored> before = restores.pending(context.run().store());
        if (signs.isEmpty() && before.isEmpty()) {
            if (!context.run().simulate()) {
                new Epoch(
                                context.store(),
                                context.control(),
                                context.clock(),
                                context.run().store())
                        .move(context.run().id());
            }
            return;
        }
        List<String> all = signs;
        if (!context.run().simulate()) {
            mirror(context);
            all = restores.found(context.run(), signs, Signs.journalEnd(context), "{}")
                    .signs();
        }
        tell(
                context,
                Severity.DECISION,
                "the store was put back from a backup, or exchanged: "
                        + String.join(
                                "; ",
                                all.isEmpty() ? before.map(Restored::signs).orElse(List.of()) : all)
                        + ". Nothing is erased and nothing expires until a second person has decided");
        throw new WaitsForPerson("the store was put back from a backup, and nobody has approved of going on");
    }

    private void mirror(SweepContext context) throws SQLException {
        Mirrors mirrors = new Mirrors(context);
        mirrors.thaw();
        new Census(context).take(mirrors);
        mirrors.settled().forEach(sentence -> tell(context, Severity.INFO, sentence));
    }

    private void tell(SweepContext context, Severity severity, String text) {
        new RunRecords(context.control(), context.clock()).finding(context.run(), name(), severity, null, text);
    }
}
