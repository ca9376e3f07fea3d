package io.storeveil.protect;

/**
 * What a reader of protected data can and cannot do.
 *
 * @param reversible    someone with the keys can get the value back
 * @param deterministic equal values (under the same key) give equal results
 * @param joinable      equal values of one domain give equal results in every table
 * @param ownerKeyed    becomes unreadable when the owner is erased
 * @param leaks         in words: what the result still tells
 */
public record Guarantee(
        boolean reversible, boolean deterministic, boolean joinable, boolean ownerKeyed, String leaks) {}
