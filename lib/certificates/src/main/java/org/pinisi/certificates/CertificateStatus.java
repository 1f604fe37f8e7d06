package org.pinisi.certificates;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// How it stands with the certificate of one name, for pages, metrics and commands.
///
/// @param name as it was wanted: `example.org`, `*.example.org`, `192.0.2.1`
/// @param state in one word
/// @param source where the certificate came from: `acme`, `local`, `given`, `file`; empty while there is
///     none
/// @param issuer who signed it: the common name of the authority
/// @param serial in hexadecimal
/// @param names all that it holds for
/// @param nextTry when the next one is asked for
/// @param served whether a handshake showed this certificate, if anybody looked
/// @param attempts the last tries with the authority's own words, the oldest first
public record CertificateStatus(
        String name,
        State state,
        Optional<String> source,
        Optional<String> issuer,
        Optional<String> serial,
        List<String> names,
        Optional<Instant> notBefore,
        Optional<Instant> notAfter,
        Optional<Instant> nextTry,
        Optional<Boolean> served,
        List<Attempt> attempts) {
    public CertificateStatus {
        names = List.copyOf(names);
        attempts = List.copyOf(attempts);
    }

    public enum State {
        /// No certificate yet; one is being asked for or will be.
        WAITING,
        /// No certificate, and the last try failed.
        FAILING,
        /// A certificate that is good for a while.
        GOOD,
        /// A certificate whose renewal fails.
        RENEWAL_FAILING,
        /// A certificate that is past its end.
        EXPIRED,
        /// A certificate that is kept but not renewed, since no route has the name.
        UNUSED
    }
}
