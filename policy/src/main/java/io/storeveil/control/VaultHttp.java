package io.storeveil.control;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** Vault's HTTP interface: logs in, asks, and asks again where the reason of a failure passes by itself. */
final class VaultHttp {

    private static final int ATTEMPTS = 4;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
    private static final int FORBIDDEN = 403;
    /** Not yet caught up, rate limited, broken, badly relayed, sealed or in standby, relayed too late. */
    private static final Set<Integer> PASSING = Set.of(412, 429, 500, 502, 503, 504);

    /** @param data what stands under "data", or "auth" of a login; empty if there is none */
    record Answer(int status, Map<?, ?> data, List<?> errors) {

        boolean done() {
            return status < 300;
        }

        String text(String name) {
            return data.get(name) instanceof String text ? text : "";
        }
    }

    private final URI vault;
    private final VaultLogin login;
    private final HttpClient http;
    private volatile @Nullable String token;

    VaultHttp(URI vault, VaultLogin login) {
        this.vault = vault;
        this.login = login;
        HttpClient.Builder client =
                HttpClient.newBuilder().connectTimeout(login.timeout()).followRedirects(HttpClient.Redirect.NORMAL);
        Path caFile = login.caFile();
        if (caFile != null) {
            client.sslContext(trusting(caFile));
        }
        this.http = client.build();
    }

    /**
     * @param path below /v1/
     * @param body names and values; null for none
     * @throws KeyStateUnavailable if Vault cannot be reached, or lets nobody in
     */
    Answer ask(String method, String path, @Nullable Map<String, ?> body) {
        String with = token == null ? logIn() : token;
        Answer answer = send(method, path, body, with);
        if (answer.status() == FORBIDDEN && login.token().isEmpty()) {
            // an AppRole's token ends after a while, and Vault says no more than this
            answer = send(method, path, body, logIn());
        }
        return answer;
    }

    private String logIn() {
        if (!login.token().isEmpty()) {
            token = login.token();
            return login.token();
        }
        String path = "auth/" + login.appRole() + "/login";
        Answer answer = send("POST", path, Map.of("role_id", login.roleId(), "secret_id", login.secretId()), null);
        String given = answer.text("client_token");
        if (!answer.done() || given.isEmpty()) {
            throw new KeyStateUnavailable(refusal(path, answer));
        }
        token = given;
        return given;
    }

    /** What Vault said no with, for a person. Vault's errors name keys and paths, and no secret. */
    String refusal(String path, Answer answer) {
        String hint =
                switch (answer.status()) {
                    case FORBIDDEN -> ": the token or its policy does not allow it";
                    case 503 -> ": sealed, or in standby";
                    default -> "";
                };
        return vault.resolve("/v1/" + path) + " answers " + answer.status() + " " + answer.errors() + hint;
    }

    private Answer send(String method, String path, @Nullable Map<String, ?> body, @Nullable String with) {
        Duration pause = FIRST_PAUSE;
        for (int attempt = 1; ; attempt++) {
            try {
                HttpResponse<String> response = http.send(request(method, path, body, with), BodyHandlers.ofString());
                if (attempt == ATTEMPTS || !PASSING.contains(response.statusCode())) {
                    return read(response);
                }
            } catch (IOException e) {
                if (attempt == ATTEMPTS) {
                    throw new KeyStateUnavailable(vault + " cannot be reached: " + e, e);
                }
            } catch (InterruptedException e) {
                throw interrupted(e);
            }
            try {
                Thread.sleep(pause.toMillis());
            } catch (InterruptedException e) {
                throw interrupted(e);
            }
            pause = pause.multipliedBy(2);
        }
    }

    private KeyStateUnavailable interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new KeyStateUnavailable("interrupted while asking " + vault, e);
    }

    private HttpRequest request(String method, String path, @Nullable Map<String, ?> body, @Nullable String with) {
        HttpRequest.Builder request = HttpRequest.newBuilder(vault.resolve("/v1/" + path))
                .timeout(login.timeout())
                .header("X-Vault-Request", "true")
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(json(body)));
        if (with != null) {
            request.header("X-Vault-Token", with);
        }
        if (!login.namespace().isEmpty()) {
            request.header("X-Vault-Namespace", login.namespace());
        }
        return request.build();
    }

    private Answer read(HttpResponse<String> response) {
        Object read;
        try {
            // every JSON text is a YAML text
            read = response.body().isBlank()
                    ? Map.of()
                    : new Load(LoadSettings.builder().build()).loadFromString(response.body());
        } catch (YamlEngineException e) {
            throw new KeyStateUnavailable(
                    vault + " answers " + response.statusCode() + " with something that is not JSON; is it a Vault?");
        }
        Map<?, ?> answer = read instanceof Map<?, ?> map ? map : Map.of();
        Object data = answer.get("auth") instanceof Map<?, ?> auth ? auth : answer.get("data");
        return new Answer(
                response.statusCode(),
                data instanceof Map<?, ?> map ? map : Map.of(),
                answer.get("errors") instanceof List<?> errors ? errors : List.of());
    }

    private static String json(Map<String, ?> body) {
        StringBuilder json = new StringBuilder("{");
        body.forEach((name, value) -> {
            json.append(json.length() == 1 ? "" : ",").append(quoted(name)).append(':');
            json.append(value instanceof Boolean ? value.toString() : quoted(value.toString()));
        });
        return json.append('}').toString();
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.chars().forEach(c -> {
            if (c == '"' || c == '\\') {
                quoted.append('\\').append((char) c);
            } else if (c < ' ') {
                quoted.append(String.format("\\u%04x", c));
            } else {
                quoted.append((char) c);
            }
        });
        return quoted.append('"').toString();
    }

    private static SSLContext trusting(Path caFile) {
        try (InputStream file = Files.newInputStream(caFile)) {
            KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, null);
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(file)) {
                trusted.setCertificateEntry("ca-" + trusted.size(), certificate);
            }
            TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            managers.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, managers.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw new KeyStateUnavailable(caFile + " cannot be used as Vault's certificate authority: " + e, e);
        }
    }
}
