package org.pinisi.edge;

import java.time.Duration;
import java.util.Optional;

/// Whether a route insists on TLS.
///
/// @param redirect whether a request in clear is sent to `https://`; empty (the default) for yes where the
///     edge
///     listens for TLS and has a certificate for the name. Challenges of ACME are answered in clear
///     whatever this says
/// @param status with which status (308; 301, 302, 307 or 308)
/// @param hsts what `Strict-Transport-Security` says in answers over TLS; empty (the default) for no such
///     field
public record HttpsRule(Optional<Boolean> redirect, int status, Optional<Hsts> hsts) {
    private static final HttpsRule DEFAULTS = new HttpsRule(Optional.empty(), 308, Optional.empty());

    /// HTTP Strict Transport Security (RFC 6797): browsers come over TLS only, for this long after each
    /// answer.
    ///
    /// @param maxAge how long (365 d; 0 to 1000 d; 0 tells browsers to forget it)
    /// @param includeSubdomains whether it holds for all names below too (no)
    /// @param preload whether browsers may build it in (no); hard to take back
    public record Hsts(Duration maxAge, boolean includeSubdomains, boolean preload) {
        private static final Hsts DEFAULTS = new Hsts(Duration.ofDays(365), false, false);

        /// @throws EdgeException when the time is out of its range
        public Hsts {
            Expect.between("max-age", maxAge, Duration.ZERO, Duration.ofDays(1000));
        }

        public static Hsts defaults() {
            return DEFAULTS;
        }

        /// The field's value.
        public String value() {
            return "max-age=" + maxAge.toSeconds() + (includeSubdomains ? "; includeSubDomains" : "")
                    + (preload ? "; preload" : "");
        }
    }

    /// @throws EdgeException when the status is no redirect's
    public HttpsRule {
        Target.Redirect.redirectStatus("status", status);
    }

    /// To TLS where there is TLS; no HSTS.
    public static HttpsRule defaults() {
        return DEFAULTS;
    }

    /// The same with clear requests sent to `https://`, or not.
    public HttpsRule withRedirect(boolean newRedirect) {
        return new HttpsRule(Optional.of(newRedirect), status, hsts);
    }

    public HttpsRule withHsts(Hsts newHsts) {
        return new HttpsRule(redirect, status, Optional.of(newHsts));
    }
}
