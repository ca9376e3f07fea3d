package io.storeveil.control;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * Key-encryption keys in HashiCorp Vault's transit engine, or OpenBao's: for each edition a transit key of its own, which
 * Vault never gives out. It wraps a data key that seals the copies; the wrapped one travels with them, as transit would
 * not take a whole state. Deleting the transit key takes every wrapped form of the data key with it.
 *
 * <p>Deleted means: gone from Vault's storage, at once. A snapshot of Vault that was taken before still holds it.
 */
final class VaultKeys implements KeyEncryptionKeys {

    private static final int NOT_FOUND = 404;

    private final VaultHttp vault;
    private final String mount;
    private final String prefix;
    private final String place;

    /** @param address of Vault, with the transit engine's mount as its path: https://vault.example:8200/transit */
    VaultKeys(URI address, VaultLogin login) {
        this.vault = new VaultHttp(address.resolve("/"), login);
        this.mount = address.getPath().replaceAll("^/+|/+$", "");
        this.prefix = login.name() + "-";
        this.place = address + ", keys " + prefix + "*";
    }

    /** The engine is mounted by whoever runs Vault; this only sees that it is there and lets us in. */
    @Override
    public void prepare() {
        editions();
    }

    @Override
    public Sealing create(Edition edition) {
        if (exists(edition)) {
            throw new KeyStateUnavailable(path("keys", edition) + " in Vault exists already; it is not used twice");
        }
        require("POST", path("keys", edition), Map.of("type", "aes256-gcm96", "exportable", false));
        VaultHttp.Answer dataKey = require("POST", path("datakey/plaintext", edition), Map.of());
        return new Sealing(key(edition, dataKey), dataKey.text("ciphertext").getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public byte[] open(Edition edition, byte[] wrapped) {
        if (wrapped.length == 0) {
            throw new KeyStateUnavailable("edition " + edition + " was sealed by a key that is not in Vault");
        }
        return key(
                edition,
                require(
                        "POST",
                        path("decrypt", edition),
                        Map.of("ciphertext", new String(wrapped, StandardCharsets.US_ASCII))));
    }

    private byte[] key(Edition edition, VaultHttp.Answer answer) {
        byte[] key;
        try {
            key = Base64.getDecoder().decode(answer.text("plaintext"));
        } catch (IllegalArgumentException notBase64) {
            key = new byte[0];
        }
        if (key.length != SealedState.KEY) {
            throw new KeyStateUnavailable(
                    path("keys", edition) + " in Vault gave " + key.length + " bytes, not " + SealedState.KEY);
        }
        return key;
    }

    @Override
    public List<Edition> editions() {
        VaultHttp.Answer answer = vault.ask("GET", mount + "/keys?list=true", null);
        if (isNotThere(answer)) {
            return List.of();
        }
        if (!answer.done()) {
            throw new KeyStateUnavailable(vault.refusal(mount + "/keys", answer));
        }
        List<?> names = answer.data().get("keys") instanceof List<?> list ? list : List.of();
        return names.stream()
                .map(String::valueOf)
                .filter(name -> name.startsWith(prefix))
                .flatMap(name -> Edition.parse(name.substring(prefix.length())).stream())
                .toList();
    }

    /** Deleted, and looked for: an answer that was lost, or an older Vault's, is no proof. */
    @Override
    public void destroy(Edition edition) {
        if (!exists(edition)) {
            return;
        }
        require("POST", path("keys", edition) + "/config", Map.of("deletion_allowed", true));
        VaultHttp.Answer deleted = vault.ask("DELETE", path("keys", edition), null);
        if (exists(edition)) {
            throw new KeyStateUnavailable(
                    "not destroyed: " + vault.refusal(path("keys", edition), deleted) + "; the key is still there");
        }
    }

    @Override
    public List<String> problems(Edition edition) {
        return List.of();
    }

    private boolean exists(Edition edition) {
        VaultHttp.Answer answer = vault.ask("GET", path("keys", edition), null);
        if (isNotThere(answer)) {
            return false;
        }
        if (!answer.done()) {
            throw new KeyStateUnavailable(vault.refusal(path("keys", edition), answer));
        }
        return true;
    }

    /** An engine that is not mounted is a 404 as well, and says so among its errors. */
    private static boolean isNotThere(VaultHttp.Answer answer) {
        return answer.status() == NOT_FOUND && answer.errors().isEmpty();
    }

    private VaultHttp.Answer require(String method, String path, Map<String, ?> body) {
        VaultHttp.Answer answer = vault.ask(method, path, body);
        if (!answer.done()) {
            throw new KeyStateUnavailable(vault.refusal(path, answer));
        }
        return answer;
    }

    private String path(String action, Edition edition) {
        return mount + "/" + action + "/" + prefix + edition;
    }

    @Override
    public String place() {
        return place;
    }
}
