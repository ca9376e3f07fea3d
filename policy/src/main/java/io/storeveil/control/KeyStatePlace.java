package io.storeveil.control;

import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where the key state is, in the words that the settings of workers and of the sweep have for it.
 *
 * <p>A copy is in a directory, in the control database ({@code control}), or in another database
 * ({@code jdbc:postgresql://HOST:PORT/DATABASE}, with the control database's user and password). If one is in the control
 * database, the pointer and the workers' leases are there too; otherwise they are in directories, which is for workers on
 * one machine. The key-encryption keys are in a directory, or in Vault
 * ({@code vault:https://HOST:PORT/MOUNT-OF-TRANSIT}).
 *
 * @param control the control database, if there is one
 * @param vault   how to be let into Vault, if there is one
 */
public record KeyStatePlace(
        List<String> copies, String keyEncryptionKeys, @Nullable Database control, @Nullable VaultLogin vault) {

    /** The word for a copy in the control database. */
    public static final String CONTROL = "control";

    private static final String JDBC = "jdbc:postgresql:";
    private static final String VAULT = "vault:";

    /** All of it in directories. */
    public static KeyStatePlace inDirectories(List<Path> copies, Path keyEncryptionKeys) {
        return new KeyStatePlace(
                copies.stream().map(Path::toString).toList(), keyEncryptionKeys.toString(), null, null);
    }

    /** What is allowed, if this is no place for a copy. */
    public static Optional<String> refusalOfCopy(String word) {
        if (word.equals(CONTROL) || isDatabase(word) || isPath(word)) {
            return Optional.empty();
        }
        return Optional.of("allowed is a directory, " + CONTROL + " (for the control database), or " + JDBC
                + "//HOST:PORT/DATABASE without a password in it");
    }

    /** What is allowed, if this is no place for key-encryption keys. */
    public static Optional<String> refusalOfKeyEncryptionKeys(String word) {
        if (word.startsWith(VAULT) ? isVault(word) : isPath(word)) {
            return Optional.empty();
        }
        return Optional.of("allowed is a directory, or " + VAULT + "https://HOST:PORT/MOUNT of Vault's transit engine"
                + " (http only to this machine)");
    }

    public static boolean isVault(String keyEncryptionKeys) {
        if (!keyEncryptionKeys.startsWith(VAULT)) {
            return false;
        }
        try {
            URI address = URI.create(keyEncryptionKeys.substring(VAULT.length()));
            boolean local = List.of("localhost", "127.0.0.1", "[::1]").contains(String.valueOf(address.getHost()));
            return address.getHost() != null
                    && ("https".equals(address.getScheme()) || ("http".equals(address.getScheme()) && local))
                    && address.getPath().length() > 1
                    && address.getQuery() == null;
        } catch (IllegalArgumentException notAnAddress) {
            return false;
        }
    }

    public static boolean isDirectory(String word) {
        return !word.equals(CONTROL) && !word.startsWith(JDBC) && !word.startsWith(VAULT);
    }

    private static boolean isDatabase(String word) {
        return word.startsWith(JDBC) && !word.contains("password=");
    }

    private static boolean isPath(String word) {
        try {
            return isDirectory(word)
                    && !word.isBlank()
                    && Path.of(word).toString().length() > 0;
        } catch (InvalidPathException e) {
            return false;
        }
    }

    /**
     * For those who write.
     *
     * @throws IllegalArgumentException if there are fewer than two copies, two are in the same place, or one of them is
     *     where the key-encryption keys are
     */
    public SealedKeyStateStore open() {
        if (places().size() < SealedKeyStateStore.FEWEST_COPIES) {
            throw new IllegalArgumentException("the key state needs at least " + SealedKeyStateStore.FEWEST_COPIES
                    + " different places for its copies, and has " + places()
                    + "; losing the only copy would make every encrypted value unreadable");
        }
        return new SealedKeyStateStore(parts());
    }

    /** For those who only read: one copy that they can reach is enough. */
    public KeyStateStore openToRead() {
        return new SealedKeyStateStore(parts());
    }

    SealedKeyStateStore.Parts parts() {
        List<String> places = places();
        if (isDirectory(keyEncryptionKeys) && places.contains(normal(keyEncryptionKeys))) {
            throw new IllegalArgumentException(normal(keyEncryptionKeys)
                    + " is a directory of key state copies; the key-encryption keys need one of their own, or whoever"
                    + " takes the copy has its key");
        }
        List<StateCopy> copies = places.stream().map(this::copy).toList();
        if (places.contains(CONTROL)) {
            KeyStateTables tables = new KeyStateTables(database(CONTROL));
            return new SealedKeyStateStore.Parts(
                    copies, keys(), new DatabasePointer(database(CONTROL)), new DatabaseLeases(tables));
        }
        Path first = Path.of(places.stream()
                .filter(KeyStatePlace::isDirectory)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "the pointer to the current version needs a copy in " + CONTROL + " or in a directory")));
        Path pointer = isDirectory(keyEncryptionKeys) ? Path.of(normal(keyEncryptionKeys)) : first;
        return new SealedKeyStateStore.Parts(
                copies, keys(), new FilePointer(pointer), new FileLeases(first.resolve("leases"), Clock.systemUTC()));
    }

    private List<String> places() {
        return copies.stream().map(KeyStatePlace::normal).distinct().toList();
    }

    private static String normal(String word) {
        return isDirectory(word) ? Path.of(word).toAbsolutePath().normalize().toString() : word;
    }

    private StateCopy copy(String place) {
        return isDirectory(place)
                ? new DirectoryCopy(Path.of(place))
                : new DatabaseCopy(new KeyStateTables(database(place)));
    }

    private Database database(String place) {
        if (control == null) {
            throw new IllegalArgumentException(
                    "a copy of the key state in a database needs the control database's url, user and password");
        }
        return place.equals(CONTROL) ? control : new Database(place, control.user(), control.password());
    }

    private KeyEncryptionKeys keys() {
        if (isDirectory(keyEncryptionKeys)) {
            return new FileKeys(Path.of(normal(keyEncryptionKeys)));
        }
        if (vault == null) {
            throw new IllegalArgumentException("key-encryption keys in Vault need a token, or an AppRole");
        }
        return new VaultKeys(URI.create(keyEncryptionKeys.substring(VAULT.length())), vault);
    }
}
