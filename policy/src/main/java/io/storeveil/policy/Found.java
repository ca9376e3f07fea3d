package io.storeveil.policy;

/**
 * Something read from the file, with its place, for messages that come later.
 *
 * @param where in the policy's own words: {@code public.customer.email}
 */
record Found<T>(T value, Place at, String where) {

    static Found<Yaml> root(Yaml value) {
        return new Found<>(value, value.at(), "");
    }

    <U> Found<U> with(U other) {
        return new Found<>(other, at, where);
    }
}
