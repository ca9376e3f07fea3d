package io.storeveil.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.storeveil.control.KeyEncryptionKeys.Sealing;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against a double that answers as Vault's documentation and sources say it does; no real Vault was run. */
class VaultKeysTest {

    private static final Edition SEVEN = new Edition(7, 3);

    private final VaultDouble vault = VaultDouble.start();

    @AfterEach
    void stop() {
        vault.close();
    }

    @Test
    void aKey_isOneOfVaultsOwn_andIsOpenedFromWhatTheCopiesCarry() {
        Sealing sealing = keys(VaultDouble.ROOT).create(SEVEN);
        assertThat(vault.keys()).containsExactly("storeveil-7-3");
        assertThat(sealing.key()).hasSize(32);
        assertThat(new String(sealing.wrapped(), StandardCharsets.US_ASCII)).startsWith("vault:v1:");
        assertThat(keys(VaultDouble.ROOT).open(SEVEN, sealing.wrapped())).isEqualTo(sealing.key());
    }

    @Test
    void aDestroyedKey_isGoneFromVault_andItsWrappedFormOpensNothing() {
        VaultKeys keys = keys(VaultDouble.ROOT);
        byte[] wrapped = keys.create(SEVEN).wrapped();
        keys.destroy(SEVEN);
        assertThat(vault.keys()).isEmpty();
        assertThat(keys.editions()).isEmpty();
        assertThatThrownBy(() -> keys.open(SEVEN, wrapped))
                .isInstanceOf(KeyStateUnavailable.class)
                .hasMessageContaining("answers 400 [encryption key not found]");
        keys.create(SEVEN);
        assertThatThrownBy(() -> keys.open(SEVEN, wrapped))
                .isInstanceOf(KeyStateUnavailable.class)
                .hasMessageContaining("message authentication failed");
    }

    @Test
    void aKeyThatIsGone_isDestroyedAlready() {
        keys(VaultDouble.ROOT).destroy(SEVEN);
        assertThat(vault.asked).containsExactly("GET transit/keys/storeveil-7-3");
    }

    @Test
    void aKeyThatIsStillThereAfterItsDeletion_isNotCalledDestroyed() {
        VaultKeys keys = keys(VaultDouble.ROOT);
        keys.create(SEVEN);
        vault.liesAboutDeletion = true;
        assertThatThrownBy(() -> keys.destroy(SEVEN))
                .isInstanceOf(KeyStateUnavailable.class)
                .hasMessageContaining("not destroyed")
                .hasMessageContaining("the key is still there");
    }

    @Test
    void anEngineThatIsNotMounted_isNotTakenForOneWithoutKeys() {
        vault.mounted = false;
        assertThatThrownBy(() -> keys(VaultDouble.ROOT).destroy(SEVEN))
                .isInstanceOf(KeyStateUnavailable.class)
                .hasMessageContaining("answers 404")
                .hasMessageContaining("route entry not found");
        assertThatThrownBy(() -> keys(VaultDouble.ROOT).editions()).isInstanceOf(KeyStateUnavailable.class);
    }

    @Test
    void anEditionsKey_isNeverMadeTwice() {
        VaultKeys keys = keys(VaultDouble.ROOT);
        keys.create(SEVEN);
        assertThatThrownBy(() -> keys.create(SEVEN))
                .isInstanceOf(KeyStateUnavailable.class)
                .hasMessage("transit/keys/storeveil-7-3 in Vault exists already; it is not used twice");
    }

    @Test
    void keysOfOthers_areLeftAlone() {
        VaultKeys other = new VaultKeys(vault.transit(), login("other", VaultDouble.ROOT, "", ""));
        other.create(SEVEN);
        keys(VaultDouble.ROOT).create(SEVEN);
        assertThat(keys(VaultDouble.ROOT).editions()).containsExactly(SEVEN);
        keys(VaultDouble.ROOT).destroy(SEVEN);
        assertThat(vault.keys()).containsExactly("other-7-3");
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 500})
    void aTroubleThatPasses_isWaitedFor(int status) {
        vault.failingWith = status;
        vault.failing.set(3);
        assertThat(keys(VaultDouble.ROOT).editions()).isEmpty();
        assertThat(vault.asked).hasSize(4);
    }

    @Test
    void aSealedVault_isSaidToBeSealed() {
        vault.sealed = true;
        assertThatThrownBy(() -> keys(VaultDouble.ROOT).create(SEVEN))
                .isInstanceOf(KeyStateUnavailable.class)
                .hasMessageContaining("answers 503 [Vault is sealed]: sealed, or in standby");
    }

    @Test
    void aVaultThatIsGone_isNamed() {
        vault.close();
        assertThatThrownBy(() -> keys(VaultDouble.ROOT).editions())
                .isInstanceOf(KeyStateUnavailable.class)
                .hasMessageContaining(vault.transit().resolve("/") + " cannot be reached");
    }

    @Test
    void aWrongToken_isRefused_andNeverShown() {
        assertThatThrownBy(() -> keys("hvs.wrong-token").create(SEVEN))
                .isInstanceOf(KeyStateUnavailable.class)
                .hasMessageContaining("answers 403 [permission denied]: the token or its policy does not allow it")
                .message()
                .doesNotContain("wrong-token");
        assertThat(login("storeveil", "hvs.wrong-token", "", "s3cret").toString())
                .doesNotContain("wrong-token")
                .doesNotContain("s3cret");
    }

    @Test
    void aWorkersPolicy_opensAndDoesNothingElse() {
        byte[] wrapped = keys(VaultDouble.ROOT).create(SEVEN).wrapped();
        vault.allow("hvs.worker", "POST transit/decrypt/storeveil-.*");
        VaultKeys worker = keys("hvs.worker");
        assertThat(worker.open(SEVEN, wrapped)).hasSize(32);
        assertThatThrownBy(() -> worker.create(new Edition(8, 4))).hasMessageContaining("answers 403");
        assertThatThrownBy(() -> worker.destroy(SEVEN)).hasMessageContaining("answers 403");
        assertThat(vault.keys()).containsExactly("storeveil-7-3");
    }

    @Test
    void anAppRole_logsInOnce_andAgainWhenItsTokenHasEnded() {
        vault.appRole("role", "s3cret \"quoted\\\"");
        VaultKeys keys = new VaultKeys(vault.transit(), login("storeveil", "", "role", "s3cret \"quoted\\\""));
        byte[] wrapped = keys.create(SEVEN).wrapped();
        vault.revokeTokens();
        assertThat(keys.open(SEVEN, wrapped)).hasSize(32);
        assertThat(vault.asked.stream().filter("POST auth/approle/login"::equals))
                .hasSize(2);
    }

    @Test
    void anAppRoleThatIsRefused_doesNotShowItsSecret() {
        VaultKeys keys = new VaultKeys(vault.transit(), login("storeveil", "", "role", "s3cret"));
        assertThatThrownBy(() -> keys.create(SEVEN))
                .isInstanceOf(KeyStateUnavailable.class)
                .hasMessageContaining("auth/approle/login answers 400 [invalid role or secret ID]")
                .message()
                .doesNotContain("s3cret");
    }

    @Test
    void aNamespace_isPassedOn() {
        vault.namespace = "team/shop";
        assertThatThrownBy(() -> keys(VaultDouble.ROOT).create(SEVEN)).hasMessageContaining("answers 404");
        VaultLogin login =
                new VaultLogin("storeveil", VaultDouble.ROOT, "", "", "approle", "team/shop", null, seconds(20));
        assertThat(new VaultKeys(vault.transit(), login).create(SEVEN).key()).hasSize(32);
    }

    @Test
    void aCertificateAuthorityOfOnesOwn_isTrusted_andNoOther(@TempDir Path disk) throws Exception {
        HttpsServer https = https(disk);
        try (VaultDouble secure = VaultDouble.on(https)) {
            URI transit = URI.create("https://localhost:" + https.getAddress().getPort() + "/transit");
            VaultLogin trusting = new VaultLogin(
                    "storeveil", VaultDouble.ROOT, "", "", "approle", "", disk.resolve("ca.pem"), seconds(20));
            assertThat(new VaultKeys(transit, trusting).create(SEVEN).key()).hasSize(32);
            assertThatThrownBy(() -> new VaultKeys(transit, login("storeveil", VaultDouble.ROOT, "", "")).editions())
                    .isInstanceOf(KeyStateUnavailable.class)
                    .hasMessageContaining("cannot be reached");
            assertThat(secure.keys()).containsExactly("storeveil-7-3");
        }
    }

    private static HttpsServer https(Path disk) throws Exception {
        Path store = disk.resolve("server.p12");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(("-genkeypair -alias vault -keyalg EC -dname CN=localhost -ext san=dns:localhost"
                        + " -validity 2 -storepass changeit -storetype PKCS12 -keystore")
                .split(" ")));
        command.add(store.toString());
        Process keytool = new ProcessBuilder(command).inheritIO().start();
        assertThat(keytool.waitFor()).isZero();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream file = Files.newInputStream(store)) {
            keys.load(file, "changeit".toCharArray());
        }
        Files.writeString(
                disk.resolve("ca.pem"),
                "-----BEGIN CERTIFICATE-----\n"
                        + Base64.getMimeEncoder()
                                .encodeToString(keys.getCertificate("vault").getEncoded())
                        + "\n-----END CERTIFICATE-----\n");
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, "changeit".toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        HttpsServer https = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        https.setHttpsConfigurator(new HttpsConfigurator(context));
        return https;
    }

    private VaultKeys keys(String token) {
        return new VaultKeys(vault.transit(), login("storeveil", token, "", ""));
    }

    private static VaultLogin login(String name, String token, String role, String secret) {
        return new VaultLogin(name, token, role, secret, "approle", "", null, seconds(20));
    }

    private static Duration seconds(int seconds) {
        return Duration.ofSeconds(seconds);
    }
}
