-- People who are to be erased whole and were left for another night, with clear keys. Never published.
create table storeveil.waiting (
    subject_kind text not null,
    subject_key  text not null,
    primary key (subject_kind, subject_key)
);
