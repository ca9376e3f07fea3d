package io.storeveil.retention.shred;

import io.storeveil.retention.control.RunRecords;
import io.storeveil.retention.control.Severity;
import io.storeveil.retention.sweep.Step;
import io.storeveil.retention.sweep.StepFailed;
import io.storeveil.retention.sweep.SweepContext;

/**
 * Destroys the keys of what was erased and drained. "Shredded" is written down only when every older copy of the key
 * state has become unreadable; until then a restart goes forward from wherever it finds the state.
 */
public final class ShredStep implements Step {

    @Override
    public String name() {
        return "shred";
    }

    /** @throws StepFailed if a worker does not take the new state over, or a copy of it does not open */
    @Override
    public void run(SweepContext context) {
        if (context.run().simulate()) {
            return;
        }
        RunRecords records = new RunRecords(context.control(), context.clock());
        PendingLeaves pending = PendingLeaves.drained(context);
        if (pending.nothingSince()) {
            records.finding(context.run(), name(), Severity.INFO, null, "no key was waiting to be destroyed");
            return;
        }
        ShredRecord record = new ShredRecord(context);
        if (pending.leaves().isEmpty()) {
            record.write(pending, context.keys().currentVersion());
            records.finding(context.run(), name(), Severity.INFO, null, "what was erased had no keys of its own");
            return;
        }
        Shredding shredding = new Shredding(context);
        shredding.close(pending.leaves());
        long version = shredding.destroy(pending.leaves());
        record.write(pending, version);
        records.finding(
                context.run(),
                name(),
                Severity.INFO,
                null,
                pending.leaves().size() + " keys destroyed; key state " + version
                        + " has them no more, and no older copy opens");
    }
}
