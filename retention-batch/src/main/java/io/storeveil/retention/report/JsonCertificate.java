package io.storeveil.retention.report;

import java.util.LinkedHashMap;
import java.util.Map;

/** The same certificate for machines. Moments are UTC, ISO 8601. */
public final class JsonCertificate {

    public static final String FORMAT = "storeveil/certificate/v1";

    private JsonCertificate() {}

    public static String render(Certificate certificate) {
        Map<String, Object> whole = new LinkedHashMap<>();
        whole.put("format", FORMAT);
        whole.put("certificate", certificate);
        return JsonReport.write(whole);
    }
}
