package org.pinisi.edge;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.pinisi.certificates.CertificateKeeper;
import org.pinisi.certificates.CertificateStatus;
import org.pinisi.http.CertificateSource;
import org.pinisi.http.Certified;

/// The certificates of an edge, as it needs them. Thread-safe; the first three methods never block, and are
/// called on event loops. Stays with whoever gave it to the edge.
public interface EdgeCertificates extends CertificateSource {
    /// What to show to an authority that asks for this name with the protocol `acme-tls/1` (RFC 8737).
    Optional<Certified> alpnChallenge(String serverName);

    /// What to answer to `GET /.well-known/acme-challenge/TOKEN` at port 80, for any host (RFC 8555, 8.3).
    Optional<String> httpChallenge(String token);

    /// Told of all names that routes have, whenever routes have changed; must not block.
    void want(Set<String> names);

    /// How it stands with each name, sorted.
    List<CertificateStatus> statuses();

    /// Asks for a new certificate at once; returns before it is there.
    ///
    /// @throws EdgeException when the name is none that certificates are kept for
    void renew(String name);

    /// None at all.
    static EdgeCertificates none() {
        return fixed(_ -> Optional.empty());
    }

    /// Those of somebody who sees to them by himself.
    static EdgeCertificates fixed(CertificateSource source) {
        return new FixedCertificates(source);
    }

    /// Those of a keeper, which stays the caller's.
    static EdgeCertificates of(CertificateKeeper keeper) {
        return new KeptCertificates(() -> keeper, Runnable::run);
    }

    /// Those of a keeper that is opened on another thread when a name is wanted for the first time; until
    /// it stands, names are unknown. For an edge that may never have a name, and has neither time nor
    /// memory to spare.
    ///
    /// @param opening opens it, once unless it fails; the keeper stays the caller's
    static EdgeCertificates opening(Supplier<CertificateKeeper> opening, Executor executor) {
        return new KeptCertificates(opening, executor);
    }
}
