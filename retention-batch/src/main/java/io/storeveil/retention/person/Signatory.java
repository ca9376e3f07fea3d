package io.storeveil.retention.person;

import java.nio.file.Path;
import java.security.PrivateKey;
import java.util.Arrays;

/** An enrolled person with their private key at hand. */
public final class Signatory {

    private final Person person;
    private final PrivateKey key;

    private Signatory(Person person, PrivateKey key) {
        this.person = person;
        this.key = key;
    }

    /**
     * Opens the key and sees that it is the one that was enrolled. The passphrase is wiped.
     *
     * @throws io.storeveil.retention.command.InputWrong if it is not, or does not open
     */
    static Signatory unlock(Person person, Path file, char[] passphrase) {
        try {
            PrivateKey key = PrivateKeyFile.open(file, person.name(), passphrase);
            String challenge = "storeveil/v1/unlock\n" + person.name();
            if (!Ed25519.verifies(person.publicKey(), challenge, Ed25519.sign(key, challenge))) {
                throw new io.storeveil.retention.command.InputWrong(
                        file + ": is not the key that was enrolled for this person");
            }
            return new Signatory(person, key);
        } finally {
            Arrays.fill(passphrase, '\0');
        }
    }

    public Person person() {
        return person;
    }

    /** Ed25519 over the text's UTF-8 bytes. */
    public byte[] sign(String text) {
        return Ed25519.sign(key, text);
    }
}
