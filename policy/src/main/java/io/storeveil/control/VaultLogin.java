package io.storeveil.control;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How to be let into a Vault.
 *
 * @param name      of this key state: the transit keys are called name-edition
 * @param token     a token, or empty
 * @param roleId    of an AppRole, used where there is no token; or empty
 * @param secretId  of that AppRole
 * @param appRole   the path at which the AppRole method is mounted, as a rule "approle"
 * @param namespace of Vault Enterprise or OpenBao, or empty
 * @param caFile    PEM certificates to trust instead of the Java runtime's
 * @param timeout   for one answer; what fails for a passing reason is asked for again, a few times
 */
public record VaultLogin(
        String name,
        String token,
        String roleId,
        String secretId,
        String appRole,
        String namespace,
        @Nullable Path caFile,
        Duration timeout) {

    /** Without the secrets. */
    @Override
    public String toString() {
        return "VaultLogin[" + name + (token.isEmpty() ? ", AppRole" : ", token") + "]";
    }
}
