-- Who was erased, sealed like the requests' subjects: for the looks that follow the erasure, and gone with the request.
create table storeveil.trace (
    request            text        primary key,
    subject_ref        text        not null,
    without_request_in text,
    sealed             bytea       not null,
    taken_at           timestamptz not null
);
