package io.storeveil.protect;

import io.storeveil.keys.Keyring;

/** The way back from what a reversible protection wrote, made ready for one column. Safe for threads. */
@FunctionalInterface
public interface FieldOpening {

    /**
     * @param text what {@link FieldProtection#apply} of the same protection, column and domain gave
     * @return the value, or that its owner was erased
     * @throws CannotOpen if the text is nothing that this protection wrote here, or was altered; never quotes it
     */
    Opened open(Keyring keys, String text) throws CannotOpen;
}
