package io.storeveil.retention.erase;

import io.storeveil.keys.KeyState;
import io.storeveil.policy.Policy;
import io.storeveil.retention.request.DueRequest;
import io.storeveil.retention.request.RequestRecords;
import io.storeveil.retention.request.RequestState;
import io.storeveil.retention.sweep.StepFailed;
import io.storeveil.retention.sweep.SweepContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The requests of the control database. */
public final class ApprovedRequests implements ErasureRequests {

    @Override
    public List<Erasure> due(SweepContext context) {
        RequestRecords records = new RequestRecords(context.control(), context.clock());
        KeyState keys = context.keys().current();
        List<DueRequest> requests = new ArrayList<>(records.approved(keys));
        requests.addAll(records.erased(keys));
        return requests.stream().map(request -> erasure(context, request)).toList();
    }

    @Override
    public void ended(SweepContext context, Erasure erasure, boolean held, boolean finished) {
        if (context.run().simulate()) {
            return;
        }
        RequestRecords records = new RequestRecords(context.control(), context.clock());
        if (held) {
            records.advance(erasure.request(), RequestState.HELD, context.run(), "");
            return;
        }
        records.advance(
                erasure.request(), RequestState.SCHEDULED, context.run(), finished ? "" : "waits for an open contract");
        if (finished) {
            records.advance(erasure.request(), RequestState.ERASED, context.run(), "");
        }
    }

    private static Erasure erasure(SweepContext context, DueRequest request) {
        return erasure(context.policy(), request)
                .orElseThrow(() -> new StepFailed("request " + request.id() + " is about a " + request.subjectKind()
                        + ", and the policy no longer knows this kind of subject"));
    }

    /** Empty where the policy no longer knows this kind of subject. */
    public static Optional<Erasure> erasure(Policy policy, DueRequest request) {
        return Optional.ofNullable(policy.subjects().get(request.subjectKind()))
                .map(kind -> new Erasure(
                        request.id(),
                        kind,
                        request.owner().key().stream().map(Object::toString).toList(),
                        request.subject(),
                        request.despiteOpen(),
                        null,
                        request.born()));
    }
}
