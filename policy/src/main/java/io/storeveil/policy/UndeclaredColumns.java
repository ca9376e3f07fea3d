package io.storeveil.policy;

/** What the stream does with a column or table that the policy does not know. Passing it is not a choice. */
public enum UndeclaredColumns {
    /** Leave it out, count it, and alert. */
    DROP,
    /** Stop the task. */
    STOP
}
