package io.storeveil.protect;

import java.util.concurrent.atomic.AtomicReference;
import org.bouncycastle.crypto.fpe.FPEEngine;
import org.bouncycastle.crypto.fpe.FPEFF1Engine;
import org.bouncycastle.crypto.params.FPEParameters;
import org.bouncycastle.crypto.params.KeyParameter;
import org.jspecify.annotations.Nullable;

/**
 * Format-preserving encryption FF1 of NIST SP 800-38G (rev. 1) with AES: a permutation of all numeral strings of one
 * length. It authenticates nothing: whatever is decrypted gives something. Safe for threads.
 */
final class Ff1 {

    /** Numerals beyond which a value is no token any more: the time grows with the square of their number. */
    static final int LONGEST = 128;

    /** Of numeral strings. Below it, revision 1 says, a reader could try them all. */
    private static final long SMALLEST_DOMAIN = 1_000_000;

    /** An engine is not for several threads: it is lent to one, and another makes its own. */
    private final AtomicReference<@Nullable FPEEngine> idle = new AtomicReference<>();

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
        FPEEngine lent = idle.getAndSet(null);
        FPEEngine engine = lent == null ? engine(true) : lent;
        byte[] out = process(engine, numerals);
        idle.setRelease(engine);
        return out;
    }

    byte[] decrypt(byte[] numerals) {
        return process(engine(false), numerals);
    }

    private FPEEngine engine(boolean encrypt) {
        FPEEngine engine = new FPEFF1Engine();
        engine.init(encrypt, parameters);
        return engine;
    }

    private static byte[] process(FPEEngine engine, byte[] numerals) {
        byte[] out = new byte[numerals.length];
        engine.processBlock(numerals, 0, numerals.length, out, 0);
        return out;
    }
}
