package io.storeveil.retention.consent;

import io.storeveil.retention.control.RunRecords;
import io.storeveil.retention.control.Severity;
import io.storeveil.retention.sweep.Step;
import io.storeveil.retention.sweep.SweepContext;
import java.sql.SQLException;

/** Finishes what a command that recorded consent began, and sends the rows of those whose consent has expired. */
public final class ResendStep implements Step {

    @Override
    public String name() {
        return "consent";
    }

    @Override
    public void run(SweepContext context) throws SQLException {
        if (context.run().simulate()) {
            return;
        }
        Resend resend = Resend.open(
                context.policy(),
                context.store(),
                context.control(),
                context.keys().current(),
                context.clock());
        resend.forgetErased();
        Resend.Outcome outcome = resend.due(context.clock());
        RunRecords records = new RunRecords(context.control(), context.clock());
        outcome.refusals()
                .forEach(why -> records.finding(
                        context.run(),
                        name(),
                        Severity.DECISION,
                        null,
                        "the warehouse does not hear of people's consent: " + why));
    }
}
