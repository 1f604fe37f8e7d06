package org.pinisi.edge;

import java.nio.charset.StandardCharsets;
import org.pinisi.http.Fields;

/// What answers of a route say over TLS in addition to all else.
///
/// @param strict the value of Strict-Transport-Security (RFC 6797); empty for none
/// @param altSvc the value of Alt-Svc (RFC 7838); empty for none
record SecureFields(String strict, String altSvc) {
    private static final String STRICT = "Strict-Transport-Security";
    private static final String ALT_SVC = "Alt-Svc";

    static SecureFields of(HttpsRule rule, String altSvc) {
        return new SecureFields(rule.hsts().map(HttpsRule.Hsts::value).orElse(""), altSvc);
    }

    boolean isEmpty() {
        return strict.isEmpty() && altSvc.isEmpty();
    }

    /// As HTTP/1.1 writes them, each with its line's end.
    byte[] lines() {
        return (line(STRICT, strict) + line(ALT_SVC, altSvc)).getBytes(StandardCharsets.US_ASCII);
    }

    private static String line(String name, String value) {
        return value.isEmpty() ? "" : name + ": " + value + "\r\n";
    }

    /// These fields in place of others of their names.
    Fields apply(Fields fields) {
        Fields strictly = strict.isEmpty() ? fields : fields.withOnly(STRICT, strict);
        return altSvc.isEmpty() ? strictly : strictly.withOnly(ALT_SVC, altSvc);
    }
}
