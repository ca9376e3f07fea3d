package io.storeveil.policy;

import io.storeveil.protect.Protection;

/** A kind of personal data and what happens to it: in the stream, and at rest once no purpose is left. */
public record Category(String name, Protection inStream, AtRest atRest) {}
