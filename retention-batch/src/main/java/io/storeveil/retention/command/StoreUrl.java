package io.storeveil.retention.command;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --url JDBC_URL --user U}: the store's database. A picocli mixin. */
public final class StoreUrl {
    private static final String PREFIX = "jdbc:postgresql:";

    @Option(
            names = "--url",
            paramLabel = "JDBC_URL",
            description = "The store's database: jdbc:postgresql://host:5432/name. The password is read from"
                    + " STOREVEIL_PASSWORD, or asked for.")
    private @Nullable String url;

    @Option(names = "--user", paramLabel = "USER", description = "The database user. Default: the operating system's.")
    private @Nullable String user;

    public boolean given() {
        return url != null;
    }

    /**
     * @throws InputWrong if the URL is missing or of another kind
     * @throws CommandFailed if nobody answers or the user is refused
     */
    public Connection connect(Surroundings surroundings) {
        if (url == null || !url.startsWith(PREFIX)) {
            throw new InputWrong("--url must be jdbc:postgresql://host:port/database");
        }
        Properties properties = new Properties();
        if (user != null) {
            properties.setProperty("user", user);
        }
        password(surroundings).ifPresent(password -> properties.setProperty("password", password));
        properties.setProperty("connectTimeout", "10");
        properties.setProperty("ApplicationName", "storeveil policy");
        try {
            return DriverManager.getConnection(url, properties);
        } catch (SQLException e) {
            throw new CommandFailed(
                    "cannot connect to " + place() + (user == null ? "" : " as " + user) + ": " + why(e));
        }
    }

    /** A user who is let in without a password leaves it out. */
    private static Optional<String> password(Surroundings surroundings) {
        try {
            return Optional.of(new String(surroundings.secret("STOREVEIL_PASSWORD", "password of the database user")));
        } catch (InputWrong none) {
            return Optional.empty();
        }
    }

    /** Without the parameters, which may hold a password. */
    private String place() {
        String shown = String.valueOf(url);
        int parameters = shown.indexOf('?');
        String bare = parameters < 0 ? shown : shown.substring(0, parameters);
        return bare.replaceAll("//[^/@]*@", "//");
    }

    private static String why(SQLException e) {
        String state = e.getSQLState() == null ? "" : e.getSQLState();
        return switch (state) {
            case "08001", "08004", "08006" -> "nobody answers there as a PostgreSQL";
            case "28P01", "28000" -> "the user or the password was refused";
            case "3D000" -> "it has no database of this name";
            default -> "SQLSTATE " + state;
        };
    }
}
