package io.storeveil.retention;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** Written by the build, so that classes and jars say the same. */
final class Version implements IVersionProvider {

    @Override
    public String[] getVersion() throws IOException {
        Properties built = new Properties();
        try (InputStream file = Version.class.getResourceAsStream("version.properties")) {
            if (file != null) {
                built.load(file);
            }
        }
        return new String[] {"storeveil " + built.getProperty("version", "(not built by Maven)")};
    }
}
