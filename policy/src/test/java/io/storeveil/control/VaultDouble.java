package io.storeveil.control;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * Stands in for a Vault, of which none could be had here: the part of the transit engine and of the AppRole method that
 * {@link VaultKeys} uses, with Vault's paths, status codes and error texts.
 */
final class VaultDouble implements AutoCloseable {

    static final String ROOT = "hvs.root";
    private static final String DENIED = "1 error occurred:\n\t* permission denied\n\n";
    private static final SecureRandom RANDOM = new SecureRandom();

    static {
        // or each answer waits for a delayed acknowledgement
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private static final class TransitKey {
        private final byte[] key = random(32);
        private boolean deletionAllowed;
    }

    private record Reply(int status, String body) {}

    private static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final transient Reply reply;

        Refused(int status, String error) {
            super(error);
            reply = errors(status, error);
        }
    }

    final List<String> asked = new CopyOnWriteArrayList<>();
    /** Answers to give instead of the real ones, as often as they say. */
    final AtomicInteger failing = new AtomicInteger();

    volatile int failingWith = 500;
    volatile boolean sealed;
    volatile boolean mounted = true;
    /** Says it deleted, and did not. */
    volatile boolean liesAboutDeletion;

    volatile String namespace = "";

    private final HttpServer server;
    private final Map<String, TransitKey> keys = new ConcurrentHashMap<>();
    private final Map<String, Pattern> allowed = new ConcurrentHashMap<>();
    private final Map<String, String> appRoles = new ConcurrentHashMap<>();

    private VaultDouble(HttpServer server) {
        this.server = server;
        allowed.put(ROOT, Pattern.compile(".*"));
        server.createContext("/v1/", this::answer);
        server.start();
    }

    static VaultDouble start() {
        try {
            return new VaultDouble(HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static VaultDouble on(HttpServer server) {
        return new VaultDouble(server);
    }

    URI transit() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/transit");
    }

    /** A token with a policy: what it may ask, as "METHOD path". */
    void allow(String token, String pattern) {
        allowed.put(token, Pattern.compile(pattern));
    }

    void appRole(String roleId, String secretId) {
        appRoles.put(roleId, secretId);
    }

    void revokeTokens() {
        allowed.keySet().removeIf(token -> !token.equals(ROOT));
    }

    List<String> keys() {
        return keys.keySet().stream().sorted().toList();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            Reply reply;
            try {
                String path = exchange.getRequestURI().getPath().substring("/v1/".length());
                String method =
                        "list=true".equals(exchange.getRequestURI().getQuery()) ? "LIST" : exchange.getRequestMethod();
                asked.add(method + " " + path);
                String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
                reply = failing.getAndUpdate(n -> Math.max(0, n - 1)) > 0
                        ? errors(failingWith, "a passing trouble")
                        : reply(exchange, method, path, body);
            } catch (Refused refused) {
                reply = refused.reply;
            }
            byte[] bytes = reply.body().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(reply.status(), bytes.length == 0 ? -1 : bytes.length);
            if (bytes.length > 0) {
                exchange.getResponseBody().write(bytes);
            }
        }
    }

    private Reply reply(HttpExchange exchange, String method, String path, String body) {
        if (sealed) {
            throw new Refused(503, "Vault is sealed");
        }
        Map<?, ?> fields = body.isBlank()
                ? Map.of()
                : (Map<?, ?>) new Load(LoadSettings.builder().build()).loadFromString(body);
        String found = exchange.getRequestHeaders().getFirst("X-Vault-Namespace");
        if (!namespace.equals(found == null ? "" : found)) {
            throw new Refused(404, "no handler for route \"" + path + "\". route entry not found.");
        }
        if (method.equals("POST") && path.equals("auth/approle/login")) {
            return logIn(fields);
        }
        Pattern policy = allowed.get(String.valueOf(exchange.getRequestHeaders().getFirst("X-Vault-Token")));
        if (policy == null) {
            throw new Refused(403, "permission denied");
        }
        if (!policy.matcher(method + " " + path).matches()) {
            throw new Refused(403, DENIED);
        }
        if (!mounted || !path.startsWith("transit/")) {
            throw new Refused(404, "no handler for route \"" + path + "\". route entry not found.");
        }
        return transit(method, path.substring("transit/".length()), fields);
    }

    private Reply logIn(Map<?, ?> fields) {
        String secret = appRoles.get(String.valueOf(fields.get("role_id")));
        if (secret == null) {
            throw new Refused(400, "invalid role or secret ID");
        }
        if (!secret.equals(fields.get("secret_id"))) {
            throw new Refused(400, "invalid role or secret ID");
        }
        String token = "hvs." + Base64.getUrlEncoder().encodeToString(random(16));
        allowed.put(token, Pattern.compile(".*"));
        return new Reply(
                200, "{\"auth\":{\"client_token\":\"" + token + "\",\"lease_duration\":3600,\"renewable\":true}}");
    }

    private Reply transit(String method, String path, Map<?, ?> fields) {
        if (method.equals("LIST") && path.equals("keys")) {
            return keys.isEmpty()
                    ? new Reply(404, "{\"errors\":[]}")
                    : data("{\"keys\":[\"" + String.join("\",\"", keys()) + "\"]}");
        }
        Matcher of = Pattern.compile("(keys|datakey/plaintext|decrypt)/([\\w.-]+)(/config)?")
                .matcher(path);
        if (!of.matches()) {
            throw new Refused(404, "unsupported path");
        }
        String name = of.group(2);
        return switch (method + " " + of.group(1) + (of.group(3) == null ? "" : of.group(3))) {
            case "POST keys" -> {
                keys.computeIfAbsent(name, n -> new TransitKey());
                yield described(name);
            }
            case "GET keys" -> keys.containsKey(name) ? described(name) : new Reply(404, "{\"errors\":[]}");
            case "POST keys/config" -> {
                existing(name, 400, "no existing key named " + name + " could be found").deletionAllowed =
                        Boolean.TRUE.equals(fields.get("deletion_allowed"));
                yield described(name);
            }
            case "DELETE keys" -> delete(name);
            case "POST datakey/plaintext" -> dataKey(existing(name, 400, "encryption key not found"));
            case "POST decrypt" ->
                decrypt(existing(name, 400, "encryption key not found"), String.valueOf(fields.get("ciphertext")));
            default -> throw new Refused(405, "unsupported operation");
        };
    }

    private TransitKey existing(String name, int status, String otherwise) {
        TransitKey key = keys.get(name);
        if (key == null) {
            throw new Refused(status, otherwise);
        }
        return key;
    }

    private Reply delete(String name) {
        TransitKey key = existing(name, 400, "error deleting policy " + name + ": could not delete key; not found");
        if (!key.deletionAllowed) {
            throw new Refused(400, "error deleting policy " + name + ": deletion is not allowed for this key");
        }
        if (!liesAboutDeletion) {
            keys.remove(name);
        }
        return new Reply(204, "");
    }

    private Reply described(String name) {
        Map<String, Object> shown = new TreeMap<>();
        shown.put("deletion_allowed", keys.get(name).deletionAllowed);
        shown.put("latest_version", 1);
        StringBuilder json = new StringBuilder("{\"name\":\"" + name + "\",\"type\":\"aes256-gcm96\"");
        shown.forEach(
                (field, value) -> json.append(",\"").append(field).append("\":").append(value));
        return data(json.append('}').toString());
    }

    private static Reply dataKey(TransitKey key) {
        byte[] plain = random(32);
        byte[] nonce = random(12);
        byte[] sealed =
                crypt(Cipher.ENCRYPT_MODE, key.key, nonce, encoded(plain).getBytes(StandardCharsets.US_ASCII));
        byte[] both = Arrays.copyOf(nonce, nonce.length + sealed.length);
        System.arraycopy(sealed, 0, both, nonce.length, sealed.length);
        return data("{\"ciphertext\":\"vault:v1:" + encoded(both) + "\",\"key_version\":1,\"plaintext\":\""
                + encoded(plain) + "\"}");
    }

    private static Reply decrypt(TransitKey key, String ciphertext) {
        if (!ciphertext.startsWith("vault:v1:")) {
            throw new Refused(400, "invalid ciphertext: no prefix");
        }
        byte[] both = Base64.getDecoder().decode(ciphertext.substring("vault:v1:".length()));
        byte[] plain =
                crypt(Cipher.DECRYPT_MODE, key.key, Arrays.copyOf(both, 12), Arrays.copyOfRange(both, 12, both.length));
        return data("{\"plaintext\":\"" + new String(plain, StandardCharsets.US_ASCII) + "\"}");
    }

    private static byte[] crypt(int mode, byte[] key, byte[] nonce, byte[] text) {
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, nonce));
            return cipher.doFinal(text);
        } catch (GeneralSecurityException e) {
            throw new Refused(400, "cipher: message authentication failed");
        }
    }

    private static Reply data(String data) {
        return new Reply(200, "{\"request_id\":\"r\",\"lease_id\":\"\",\"renewable\":false,\"data\":" + data + "}");
    }

    private static Reply errors(int status, String error) {
        Function<String, String> json =
                text -> text.replace("\"", "\\\"").replace("\n", "\\n").replace("\t", "\\t");
        return new Reply(status, "{\"errors\":[\"" + json.apply(error) + "\"]}");
    }

    private static String encoded(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        RANDOM.nextBytes(bytes);
        return bytes;
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
