package org.pinisi.site;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.pinisi.http.Address;

/// Where and how a site is served.
///
/// @param plain where to listen without encryption; each with port 0 gets a port of its own
/// @param secure where to listen with TLS; needs `certificate`, or somebody who gets certificates
/// @param certificate the files that TLS shows; looked at again when they change
/// @param hostname where plain requests are sent when there is TLS; empty: to the name that they asked for
/// @param securePort the port of TLS as clients see it, for that; 0: the one listened on
/// @param redirect whether plain requests are sent to TLS, when there is TLS
/// @param strict tells browsers to come with TLS only for this long (HSTS, RFC 6797); needs `redirect`
/// @param hook the address that makes the site look for a newer commit; empty: none
/// @param previews how many commits of the past may be open under `/@<commit>/`; 0: none can be seen
/// @param status where the site tells how it is, for those who run it; empty: nowhere
/// @param threads event loops
public record SiteServerConfig(
        List<Address> plain,
        List<Address> secure,
        Optional<CertificateFiles> certificate,
        Optional<String> hostname,
        int securePort,
        boolean redirect,
        Optional<Duration> strict,
        Optional<HookSettings> hook,
        int previews,
        Optional<Address> status,
        int threads) {
    private static final int MOST_PREVIEWS = 256;

    /// Two files in PEM: the certificate with those that vouch for it, and its key.
    public record CertificateFiles(Path chain, Path key) {}

    /// @throws SiteException when values do not go together, naming them
    public SiteServerConfig {
        plain = List.copyOf(plain);
        secure = List.copyOf(secure);
        if (plain.isEmpty() && secure.isEmpty()) {
            throw new SiteException("a site needs an address to listen on");
        }
        if (strict.isPresent() && (secure.isEmpty() || !redirect)) {
            throw new SiteException("HSTS needs TLS and the redirect to it");
        }
        if (previews < 0 || previews > MOST_PREVIEWS) {
            throw new SiteException("previews: " + previews + " (expected: 0 to " + MOST_PREVIEWS + ")");
        }
        if (threads < 1 || threads > 256) {
            throw new SiteException("threads: " + threads + " (expected: 1 to 256)");
        }
    }

    /// Plain HTTP on one address, with the hook open at `/hook`, and one event loop.
    public static SiteServerConfig plain(Address address) {
        return new SiteServerConfig(
                List.of(address),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                0,
                true,
                Optional.empty(),
                Optional.of(HookSettings.DEFAULT),
                0,
                Optional.empty(),
                1);
    }

    /// The same with another hook, or none.
    public SiteServerConfig withHook(Optional<HookSettings> newHook) {
        return new SiteServerConfig(
                plain, secure, certificate, hostname, securePort, redirect, strict, newHook, previews, status, threads);
    }

    /// The same with commits of the past to be seen.
    public SiteServerConfig withPreviews(int most) {
        return new SiteServerConfig(
                plain, secure, certificate, hostname, securePort, redirect, strict, hook, most, status, threads);
    }
}
