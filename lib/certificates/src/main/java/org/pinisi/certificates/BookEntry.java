package org.pinisi.certificates;

import static java.util.Objects.requireNonNull;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.pinisi.http.Address;
import org.pinisi.http.Certified;

/// What a [CertificateBook] has of one name. Immutable.
///
/// @param name a host name in lower case and ASCII (`xn--` for others), `*.` and a host name, or an IP address; see
///     [CertificateBook#name]
/// @param target `HOST` or `HOST:PORT` of the server behind the edge that answers for the name
/// @param protocols what that server speaks, of `http/1.1` and `h2`; empty stands for `http/1.1`
/// @param chain the certificate, the name's own first, with those that lead to the authority; empty when there is none.
///     Anybody may see it, so it is known without the pass phrase too
/// @param certified the same with its key, when the pass phrase opens it; while the book gives the same certificate, it
/// gives the same object
/// @param provenance where the certificate came from
/// @param attempts the last 50 tries to get one, the oldest first
/// @param wanted since when a person wants a new certificate, while there is no newer one
public record BookEntry(
        String name,
        Optional<String> target,
        List<String> protocols,
        List<X509Certificate> chain,
        Optional<Certified> certified,
        Optional<Provenance> provenance,
        List<Attempt> attempts,
        Optional<Instant> wanted) {
    /// How many tries are kept.
    public static final int MOST_ATTEMPTS = 50;

    /// @throws CertificateException that says which part is wrong and what was expected
    public BookEntry {
        BookName.check(name);
        target.ifPresent(BookTarget::check);
        protocols = BookTarget.protocols(protocols);
        chain = List.copyOf(chain);
        requireNonNull(certified, "certified");
        requireNonNull(provenance, "provenance");
        attempts = List.copyOf(attempts.subList(Math.max(0, attempts.size() - MOST_ATTEMPTS), attempts.size()));
        requireNonNull(wanted, "wanted");
    }

    /// A name of which nothing is known yet.
    public static BookEntry of(String name) {
        return new BookEntry(
                name,
                Optional.empty(),
                List.of(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Optional.empty());
    }

    public BookEntry withTarget(Optional<String> other) {
        return new BookEntry(name, other, protocols, chain, certified, provenance, attempts, wanted);
    }

    public BookEntry withProtocols(List<String> others) {
        return new BookEntry(name, target, others, chain, certified, provenance, attempts, wanted);
    }

    public BookEntry withCertificate(Certified other, Provenance from) {
        return new BookEntry(
                name, target, protocols, other.chain(), Optional.of(other), Optional.of(from), attempts, wanted);
    }

    /// Where the server behind the edge listens: the target, with port 80 where it has none.
    public Optional<Address> address() {
        return target.map(BookTarget::address);
    }
}
