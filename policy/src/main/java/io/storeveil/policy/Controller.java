package io.storeveil.policy;

import org.jspecify.annotations.Nullable;

/** Who decides why and how the data is processed (GDPR Art. 4(7)), and whom a person may write to. */
public record Controller(String name, String contact, @Nullable String dataProtectionOfficer) {}
