package io.storeveil.retention.erase;

import io.storeveil.keys.KeyState;
import io.storeveil.policy.SubjectKind;
import io.storeveil.retention.request.DueRequest;
import io.storeveil.retention.request.RequestRecords;
import io.storeveil.retention.request.RequestState;
import io.storeveil.retention.sweep.StepFailed;
import io.storeveil.retention.sweep.SweepContext;
import java.util.ArrayList;
import java.util.List;

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
        SubjectKind kind = context.policy().subjects().get(request.subjectKind());
        if (kind == null) {
            throw new StepFailed("request " + request.id() + " is about a " + request.subjectKind()
                    + ", and the policy no longer knows this kind of subject");
        }
        return new Erasure(
                request.id(),
                kind,
                request.owner().key().stream().map(Object::toString).toList(),
                request.subject(),
                request.despiteOpen());
    }
}
