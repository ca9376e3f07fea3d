package io.storeveil.retention.request;

import io.storeveil.retention.control.RunRecords;
import io.storeveil.retention.control.Severity;
import io.storeveil.retention.sweep.Step;
import io.storeveil.retention.sweep.SweepContext;

/** A restriction was said of the rows that a person had: says it of those that have come since. */
public final class RestrictStep implements Step {

    @Override
    public String name() {
        return "restrict";
    }

    @Override
    public void run(SweepContext context) {
        if (context.run().simulate()) {
            return;
        }
        long rows = new Restrictions(
                        context.policy(),
                        context.store(),
                        context.control(),
                        context.keys().current(),
                        context.clock())
                .extend("sweep");
        if (rows > 0) {
            new RunRecords(context.control(), context.clock())
                    .finding(
                            context.run(),
                            name(),
                            Severity.INFO,
                            null,
                            rows + " keys of rows that came after their person was restricted are closed at the sinks"
                                    + " as well");
        }
    }
}
