package io.storeveil.keys;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.ref.WeakReference;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.crypto.AEADBadTagException;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

class EnginesTest {

    private static final int HEAD = 5;
    private static final byte[] CONTEXT = "shop\0public.customer\0email".getBytes(UTF_8);

    private final Engines engines = new Engines();

    @Test
    void manyThreadsAtOnce_openWhatTheyEncryptedAndNeverRepeatANonce() throws Exception {
        Set<String> nonces = ConcurrentHashMap.newKeySet();
        ExecutorService threads = Executors.newFixedThreadPool(48);
        try {
            List<Callable<Boolean>> tasks = IntStream.range(0, 48)
                    .mapToObj(thread -> (Callable<Boolean>) () -> {
                        boolean right = true;
                        for (int value = 0; value < 300; value++) {
                            String text = thread + ":" + value;
                            SecretKey key = key(thread + value % 2);
                            byte[] sealed = sealed(text, key);
                            nonces.add(HexFormat.of().formatHex(sealed, HEAD, HEAD + Engines.NONCE));
                            right &= text.equals(new String(engines.decrypt(key, sealed, HEAD, CONTEXT), UTF_8));
                        }
                        return right;
                    })
                    .toList();
            for (Future<Boolean> right : threads.invokeAll(tasks)) {
                assertThat(right.get()).isTrue();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(nonces).hasSize(48 * 300);
    }

    @Test
    void aChangedHeadContextOrKey_doesNotOpen() {
        byte[] sealed = sealed("ada@example.org", key(1));
        byte[] otherHead = sealed.clone();
        otherHead[0]++;

        assertThatThrownBy(() -> engines.decrypt(key(1), otherHead, HEAD, CONTEXT))
                .isInstanceOf(AEADBadTagException.class);
        assertThatThrownBy(() -> engines.decrypt(key(1), sealed, HEAD, "other".getBytes(UTF_8)))
                .isInstanceOf(AEADBadTagException.class);
        assertThatThrownBy(() -> engines.decrypt(key(2), sealed, HEAD, CONTEXT))
                .isInstanceOf(AEADBadTagException.class);
    }

    /** RFC 4231, test case 2. */
    @Test
    void hmac_isTheOneOfTheStandard_alsoAfterAnotherKey() {
        SecretKey jefe = new SecretKeySpec("Jefe".getBytes(UTF_8), "HmacSHA256");
        byte[] text = "what do ya want for nothing?".getBytes(UTF_8);
        engines.hmac(key(1), text);

        assertThat(Stream.of(engines.hmac(jefe, text), engines.hmac(jefe, text)))
                .allSatisfy(hmac -> assertThat(hmac)
                        .asHexString()
                        .isEqualToIgnoringCase("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"));
    }

    @Test
    void whatThreadsWorkedWith_goesWithTheKeyState() throws Exception {
        WeakReference<Engines> used = new WeakReference<>(usedOnce(KeyState.create()));

        for (int tries = 0; used.get() != null && tries < 1_000; tries++) {
            System.gc();
            Thread.sleep(10);
        }
        assertThat(used.get()).isNull();
    }

    private static Engines usedOnce(KeyState state) {
        OwnerKey.Present key = (OwnerKey.Present) state.ownerKey(new OwnerId("public.customer", List.of(1L)));
        state.engines().encrypt(key.key(), new byte[HEAD + Engines.NONCE + 1 + Engines.TAG], HEAD, CONTEXT);
        state.engines().hmac(state.domainKey("public.customer.id"), CONTEXT);
        return state.engines();
    }

    private byte[] sealed(String text, SecretKey key) {
        byte[] clear = text.getBytes(UTF_8);
        byte[] bytes = new byte[HEAD + Engines.NONCE + clear.length + Engines.TAG];
        System.arraycopy(clear, 0, bytes, HEAD + Engines.NONCE, clear.length);
        engines.encrypt(key, bytes, HEAD, CONTEXT);
        return bytes;
    }

    private static SecretKey key(int number) {
        byte[] bytes = new byte[32];
        Arrays.fill(bytes, (byte) number);
        return new SecretKeySpec(bytes, "AES");
    }
}
