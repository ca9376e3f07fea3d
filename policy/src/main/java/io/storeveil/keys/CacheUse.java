package io.storeveil.keys;

/** How often an owner's key was found in the cache of a keyring, and how often it had to be derived. */
public record CacheUse(long hits, long misses) {}
