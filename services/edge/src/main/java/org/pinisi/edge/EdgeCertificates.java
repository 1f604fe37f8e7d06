package org.pinisi.edge;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.pinisi.certificates.CertificateKeeper;
import org.pinisi.certificates.CertificateStatus;
import org.pinisi.http.CertificateSource;
import org.pinisi.http.Certified;

/// Where the edge's certificates come from, and what is due to their keeper in return.
interface EdgeCertificates {
    /// As [CertificateSource#find].
    Optional<Certified> find(String serverName);

    /// The certificate that answers an authority's TLS-ALPN-01 for this name.
    Optional<Certified> alpnChallenge(String serverName);

    /// What answers an authority's HTTP-01 for this token.
    Optional<String> httpChallenge(String token);

    /// These names have routes now.
    void want(Set<String> names);

    /// How it stands with each name, sorted.
    List<CertificateStatus> statuses();

    /// Certificates that someone else looks after.
    static EdgeCertificates of(CertificateSource source) {
        return new EdgeCertificates() {
            @Override
            public Optional<Certified> find(String serverName) {
                return source.find(serverName);
            }

            @Override
            public Optional<Certified> alpnChallenge(String serverName) {
                return Optional.empty();
            }

            @Override
            public Optional<String> httpChallenge(String token) {
                return Optional.empty();
            }

            @Override
            public void want(Set<String> names) {
                // nobody gets certificates by our wish
            }

            @Override
            public List<CertificateStatus> statuses() {
                return List.of();
            }
        };
    }

    static EdgeCertificates kept(CertificateKeeper keeper) {
        return new EdgeCertificates() {
            @Override
            public Optional<Certified> find(String serverName) {
                return keeper.find(serverName);
            }

            @Override
            public Optional<Certified> alpnChallenge(String serverName) {
                return keeper.alpnChallenge(serverName);
            }

            @Override
            public Optional<String> httpChallenge(String token) {
                return keeper.httpChallenge(token);
            }

            @Override
            public void want(Set<String> names) {
                keeper.want(names);
            }

            @Override
            public List<CertificateStatus> statuses() {
                return keeper.statuses();
            }
        };
    }
}
