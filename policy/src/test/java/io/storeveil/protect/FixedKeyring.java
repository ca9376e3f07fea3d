package io.storeveil.protect;

import io.storeveil.keys.CacheUse;
import io.storeveil.keys.Engines;
import io.storeveil.keys.KeyReference;
import io.storeveil.keys.Keyring;
import io.storeveil.keys.OwnerId;
import io.storeveil.keys.OwnerKey;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/** Keys that are the same on every run, so that bytes can be frozen; erasing is a word. */
final class FixedKeyring implements Keyring {

    private final Engines engines = new Engines();
    private final Map<KeyReference, OwnerId> owners = new HashMap<>();
    private final Set<OwnerId> erased = new HashSet<>();

    void erase(OwnerId owner) {
        erased.add(owner);
    }

    @Override
    public long version() {
        return 1;
    }

    @Override
    public OwnerKey ownerKey(OwnerId owner) {
        byte[] hash = hash("owner" + owner.kind() + owner.key());
        KeyReference reference = KeyReference.of(Arrays.copyOf(hash, KeyReference.LENGTH));
        owners.put(reference, owner);
        return erased.contains(owner)
                ? new OwnerKey.Erased()
                : new OwnerKey.Present(new SecretKeySpec(hash("key" + reference), "AES"), reference);
    }

    @Override
    public OwnerKey ownerKey(KeyReference reference) {
        OwnerId owner = owners.get(reference);
        return owner == null ? new OwnerKey.Erased() : ownerKey(owner);
    }

    @Override
    public boolean isOf(KeyReference reference, String kind) {
        OwnerId owner = owners.get(reference);
        return owner != null && owner.kind().equals(kind);
    }

    @Override
    public CacheUse ownerKeyCache() {
        return new CacheUse(0, 0);
    }

    @Override
    public SecretKey domainKey(String domain) {
        return new SecretKeySpec(hash("domain" + domain), "HmacSHA256");
    }

    @Override
    public Engines engines() {
        return engines;
    }

    private static byte[] hash(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }
}
