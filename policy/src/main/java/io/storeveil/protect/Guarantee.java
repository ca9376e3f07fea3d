package io.storeveil.protect;

/**
 * What a reader of protected data can and cannot do.
 *
 * @param reversible    someone with the keys can get the value back
 * @param deterministic equal values (under the same key) give equal results
 * @param joinable      equal values of one domain give equal results in every table
 * @param key           whose key it is under
 * @param leaks         in words: what the result still tells
 */
public record Guarantee(boolean reversible, boolean deterministic, boolean joinable, Key key, String leaks) {

    /** What a protection's results depend on besides the value. */
    public enum Key {
        /** Nothing: anyone can compute them. */
        NONE,
        /** The key of the column's domain, which outlives every person. */
        DOMAIN,
        /** The key of the row's owner. */
        OWNER
    }

    /** Becomes unreadable when the owner is erased. */
    public boolean ownerKeyed() {
        return key == Key.OWNER;
    }

    /** Two columns match only if they are of one domain and protected alike. */
    public boolean domainKeyed() {
        return key == Key.DOMAIN;
    }
}
