package io.storeveil.retention.request;

/** A request stands as approved, and no enrolled second person has signed what stands there. Nothing is erased on it. */
public final class ForgedApproval extends RuntimeException {

    ForgedApproval(String request) {
        super(request
                + " stands as approved, but no enrolled second person has signed it as it stands; someone changed "
                + "the control database: see 'ledger verify' and 'request show " + request + "'");
    }
}
