package io.storeveil.retention.sweep;

import io.storeveil.retention.control.RunRecords;
import io.storeveil.retention.control.Severity;
import io.storeveil.retention.request.DueRequest;
import io.storeveil.retention.request.RequestRecords;
import io.storeveil.retention.request.RequestState;

/**
 * Carries erased requests on behind a step that ended well, each only from the state before: what is not drained is never
 * called shredded.
 */
final class RequestProgress implements Step {

    private final Step step;
    private final RequestState from;
    private final RequestState to;

    RequestProgress(Step step, RequestState from, RequestState to) {
        this.step = step;
        this.from = from;
        this.to = to;
    }

    @Override
    public String name() {
        return step.name();
    }

    @Override
    public void run(SweepContext context) throws Exception {
        step.run(context);
        if (!context.run().simulate() && nobodyAskedFor(context)) {
            RequestRecords requests = new RequestRecords(context.control(), context.clock());
            for (DueRequest request : requests.erased(context.keys().current())) {
                if (request.state() == from) {
                    requests.advance(request.id(), to, context.run(), "");
                }
            }
        }
    }

    /** A step that leaves a decision to a person, a drain without a stream, has not done all that its name says. */
    private boolean nobodyAskedFor(SweepContext context) {
        return new RunRecords(context.control(), context.clock())
                .findings(context.run().id()).stream()
                        .noneMatch(finding -> finding.step().equals(name()) && finding.severity() == Severity.DECISION);
    }
}
