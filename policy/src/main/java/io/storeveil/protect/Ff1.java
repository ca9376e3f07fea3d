package io.storeveil.protect;

import org.bouncycastle.crypto.fpe.FPEEngine;
import org.bouncycastle.crypto.fpe.FPEFF1Engine;
import org.bouncycastle.crypto.params.FPEParameters;
import org.bouncycastle.crypto.params.KeyParameter;

/**
 * Format-preserving encryption FF1 of NIST SP 800-38G (rev. 1) with AES: a permutation of all numeral strings of one
 * length. It authenticates nothing: whatever is decrypted gives something.
 */
final class Ff1 {

    /** Numerals beyond which a value is no token any more: the time grows with the square of their number. */
    static final int LONGEST = 128;

    /** Of numeral strings. Below it, revision 1 says, a reader could try them all. */
    private static final long SMALLEST_DOMAIN = 1_000_000;

    private final FPEParameters parameters;

    /** @param key of 16, 24 or 32 bytes */
    Ff1(byte[] key, int radix, byte[] tweak) {
        this.parameters = new FPEParameters(new KeyParameter(key), radix, tweak);
    }

    /** The least length of which there are enough numeral strings. */
    static int shortest(int radix) {
        int length = 1;
        for (long strings = radix; strings < SMALLEST_DOMAIN; strings *= radix) {
            length++;
        }
        return length;
    }

    /** @param numerals each below the radix, from {@link #shortest} to {@link #LONGEST} of them */
    byte[] encrypt(byte[] numerals) {
        return process(true, numerals);
    }

    byte[] decrypt(byte[] numerals) {
        return process(false, numerals);
    }

    /** An engine is not for several threads, and cheap beside what it does. */
    private byte[] process(boolean encrypt, byte[] numerals) {
        FPEEngine engine = new FPEFF1Engine();
        engine.init(encrypt, parameters);
        byte[] out = new byte[numerals.length];
        engine.processBlock(numerals, 0, numerals.length, out, 0);
        return out;
    }
}
