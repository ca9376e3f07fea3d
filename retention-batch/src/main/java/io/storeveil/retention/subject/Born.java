package io.storeveil.retention.subject;

import io.storeveil.keys.Keyring;
import io.storeveil.policy.SubjectKind;
import io.storeveil.retention.ownership.Sql;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import org.jspecify.annotations.Nullable;

/**
 * What tells somebody from whoever has their number later: HMAC-SHA256, under a domain key of the key state, of the number
 * alone and of the number with the time at which the person came to be, as lower-case hex. Whoever has the control database
 * alone can guess neither.
 */
public final class Born {

    private static final String DOMAIN = "storeveil/born";

    private Born() {}

    /** SQL for the time, in milliseconds since the epoch whatever the session's zone; null where nothing says it. */
    public static String sql(SubjectKind kind, String alias) {
        String created = kind.created();
        if (created == null) {
            return "cast(null as text)";
        }
        String column = Sql.of(alias, created);
        return "case when isfinite(" + column + ") then round(extract(epoch from " + column
                + ")::numeric, 3)::text end";
    }

    /** @param key as the store's SQL writes it, a composite one joined by commas */
    public static String number(Keyring keys, SubjectKind kind, String key) {
        return mac(keys, "number\0" + kind.table() + "\0" + key);
    }

    /**
     * @param key     as the store's SQL writes it, a composite one joined by commas
     * @param created what {@link #sql} has given
     * @return null where nothing says when
     */
    public static @Nullable String hash(Keyring keys, SubjectKind kind, String key, @Nullable String created) {
        return created == null ? null : mac(keys, "born\0" + kind.table() + "\0" + key + "\0" + created);
    }

    private static String mac(Keyring keys, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(keys.domainKey(DOMAIN));
            return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }
}
