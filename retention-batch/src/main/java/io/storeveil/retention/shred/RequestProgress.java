package io.storeveil.retention.shred;

import io.storeveil.retention.request.RequestRecords;
import io.storeveil.retention.request.RequestState;
import io.storeveil.retention.sweep.SweepContext;
import java.util.Collection;

/** Carries requests on from one state to the next; those that are elsewhere stay where they are. */
public final class RequestProgress {

    private final SweepContext context;
    private final RequestRecords requests;

    public RequestProgress(SweepContext context) {
        this.context = context;
        this.requests = new RequestRecords(context.control(), context.clock());
    }

    public void advance(Collection<String> ids, RequestState from, RequestState to) {
        for (String id : ids) {
            if (requests.request(id).filter(request -> request.state() == from).isPresent()) {
                requests.advance(id, to, context.run(), "");
            }
        }
    }
}
