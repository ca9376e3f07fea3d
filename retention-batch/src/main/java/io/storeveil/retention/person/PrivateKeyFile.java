package io.storeveil.retention.person;

import io.storeveil.retention.command.CommandFailed;
import io.storeveil.retention.command.InputWrong;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A person's private key in a file of their own, encrypted with AES-256-GCM under a key that PBKDF2-HMAC-SHA256 makes of
 * their passphrase (600,000 rounds, the number OWASP recommends). The name is authenticated with it.
 */
final class PrivateKeyFile {

    private static final String FORMAT = "storeveil/v1/private-key";
    private static final int ROUNDS = 600_000;
    private static final int MOST_ROUNDS = 10_000_000;
    private static final SecureRandom RANDOM = new SecureRandom();

    private PrivateKeyFile() {}

    static void write(Path file, String name, PrivateKey key, char[] passphrase) {
        byte[] salt = random(16);
        byte[] nonce = random(12);
        Map<String, Object> content = new LinkedHashMap<>();
        content.put("format", FORMAT);
        content.put("name", name);
        content.put("rounds", ROUNDS);
        content.put("salt", base64(salt));
        content.put("nonce", base64(nonce));
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, passphrase, salt, ROUNDS, nonce, name)
                    .doFinal(key.getEncoded());
            content.put("key", base64(sealed));
            create(file, JsonMapper.shared().writeValueAsString(content) + "\n");
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** @throws InputWrong if the file is not this person's key, or the passphrase does not open it */
    static PrivateKey open(Path file, String name, char[] passphrase) {
        JsonNode content = read(file);
        if (!FORMAT.equals(content.path("format").asString(""))
                || content.path("rounds").asInt(0) > MOST_ROUNDS) {
            throw new InputWrong(file + ": not a private key of 'person enrol'");
        }
        if (!name.equals(content.path("name").asString(""))) {
            throw new InputWrong(file + ": is the key of another person than --as names");
        }
        try {
            Cipher cipher = cipher(
                    Cipher.DECRYPT_MODE,
                    passphrase,
                    content.path("salt").binaryValue(),
                    content.path("rounds").asInt(),
                    content.path("nonce").binaryValue(),
                    name);
            byte[] encoded = cipher.doFinal(content.path("key").binaryValue());
            return KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(encoded));
        } catch (AEADBadTagException wrong) {
            throw new InputWrong(file + ": the passphrase does not open it");
        } catch (GeneralSecurityException | JacksonException | IllegalArgumentException damaged) {
            throw new InputWrong(file + ": damaged");
        }
    }

    private static Cipher cipher(int mode, char[] passphrase, byte[] salt, int rounds, byte[] nonce, String name)
            throws GeneralSecurityException {
        PBEKeySpec spec = new PBEKeySpec(passphrase, salt, rounds, 256);
        byte[] key = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                .generateSecret(spec)
                .getEncoded();
        spec.clearPassword();
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, nonce));
        cipher.updateAAD((FORMAT + "\n" + name).getBytes(StandardCharsets.UTF_8));
        return cipher;
    }

    private static void create(Path file, String content) {
        try {
            Files.createDirectories(file.toAbsolutePath().resolveSibling(""));
            boolean posix =
                    Files.getFileStore(file.toAbsolutePath().resolveSibling("")).supportsFileAttributeView("posix");
            if (posix) {
                Files.createFile(
                        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            } else {
                Files.createFile(file);
            }
            Files.writeString(file, content, StandardOpenOption.SYNC);
        } catch (FileAlreadyExistsException there) {
            throw new InputWrong(file + " is there already; a key is never overwritten, name another file with --key");
        } catch (IOException failed) {
            throw new CommandFailed(file + " cannot be written", failed);
        }
    }

    private static JsonNode read(Path file) {
        try {
            return JsonMapper.shared().readTree(Files.readString(file));
        } catch (IOException | JacksonException unreadable) {
            throw new InputWrong(file + ": cannot be read as a private key; name the file with --key FILE");
        }
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        RANDOM.nextBytes(bytes);
        return bytes;
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }
}
