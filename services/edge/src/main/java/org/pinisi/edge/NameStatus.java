package org.pinisi.edge;

import java.util.List;
import java.util.Optional;
import org.pinisi.certificates.CertificateStatus;

/// How it stands with one name that the edge answers to.
///
/// @param host as routes have it: `example.org`, `*.example.org`, `*`
/// @param routes the routes that have it, ordered by name
/// @param target where its requests go, for people
/// @param traffic of the latest five minutes, of these routes together
/// @param upstreams of these routes
/// @param certificate the one that is shown for it, or waited for
/// @param problems what wants a person's eye, the urgent first
public record NameStatus(
        String host,
        List<String> routes,
        String target,
        Traffic traffic,
        List<UpstreamStatus> upstreams,
        Optional<CertificateStatus> certificate,
        List<NameProblem> problems) {
    public NameStatus {
        routes = List.copyOf(routes);
        upstreams = List.copyOf(upstreams);
        problems = List.copyOf(problems);
    }

    /// Whether visitors notice a problem already, or will within days.
    public boolean isUrgent() {
        return problems.stream().anyMatch(NameProblem::urgent);
    }
}
