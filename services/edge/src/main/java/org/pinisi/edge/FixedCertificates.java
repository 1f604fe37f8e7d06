package org.pinisi.edge;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.pinisi.certificates.CertificateStatus;
import org.pinisi.http.CertificateSource;
import org.pinisi.http.Certified;

/// Certificates that somebody else sees to.
record FixedCertificates(CertificateSource source) implements EdgeCertificates {
    @Override
    public Optional<Certified> find(String serverName) {
        return source.find(serverName);
    }

    @Override
    public boolean isComing(String serverName) {
        return source.isComing(serverName);
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
        // There is nobody here who could get them.
    }

    @Override
    public List<CertificateStatus> statuses() {
        return List.of();
    }

    @Override
    public void renew(String name) {
        throw new EdgeException("this edge gets no certificates by itself");
    }
}
