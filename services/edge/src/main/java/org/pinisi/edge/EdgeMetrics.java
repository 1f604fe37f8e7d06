package org.pinisi.edge;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.pinisi.certificates.CertificateStatus;
import org.pinisi.http.TlsFailure;

/// Everything that the edge counts, for a collector. Labels are names of routes, upstreams and
/// certificates, which people set, and words of our own; never what a stranger sent. So there are as many
/// series as routes make, and a route without requests has no histogram.
final class EdgeMetrics {
    private static final String[] VERSIONS = {"http/1", "http/2", "http/3"};
    private static final String[] CODES = {"1xx", "2xx", "3xx", "4xx", "5xx"};
    private static final double NANOS = 1e9;

    private final Routes routes;
    private final LoopStates states;
    private final Proxy proxy;
    private final @Nullable AccessLog accessLog;
    private final Supplier<List<CertificateStatus>> certificates;

    EdgeMetrics(
            Routes routes,
            LoopStates states,
            Proxy proxy,
            @Nullable AccessLog accessLog,
            Supplier<List<CertificateStatus>> certificates) {
        this.routes = routes;
        this.states = states;
        this.proxy = proxy;
        this.accessLog = accessLog;
        this.certificates = certificates;
    }

    byte[] write(boolean open) {
        MetricsText text = new MetricsText(open);
        Collection<RouteEntry> entries = routes.table().entries();
        requests(text, entries);
        upstreams(text, entries);
        connections(text);
        certificates(text);
        ProcessMetrics.write(text, proxy.loops().allocator());
        return text.bytes();
    }

    private static void requests(MetricsText text, Collection<RouteEntry> entries) {
        text.counter(
                "pinisi_edge_requests",
                "Requests answered, by route, class of status and version of HTTP; code none: the client left before its answer.");
        for (RouteEntry entry : entries) {
            for (int version = 0; version < RouteTally.VERSIONS; version++) {
                codes(text, entry, version);
            }
        }
        text.histogram(
                "pinisi_edge_request_duration_seconds",
                "Time from a request's head to the end of its answer; to the upgrade, for upgraded connections.");
        for (RouteEntry entry : entries) {
            long[] totals = entry.counters().windows().totals();
            if (totals[totals.length - 1] > 0) {
                long nanos = sum(entry, RouteTally::nanos);
                text.histogram("route", entry.route().name(), totals, nanos / NANOS);
            }
        }
        perRoute(
                text, entries, "pinisi_edge_received_bytes", "Bytes of requests, heads included.", RouteTally::bytesIn);
        perRoute(text, entries, "pinisi_edge_sent_bytes", "Bytes of answers, heads included.", RouteTally::bytesOut);
        text.counter("pinisi_edge_retries", "Requests that were tried again.");
        for (RouteEntry entry : entries) {
            text.sample(entry.counters().retries(), "route", entry.route().name());
        }
        text.gauge("pinisi_edge_routes", "Routes.").sample(entries.size());
    }

    private static void perRoute(
            MetricsText text,
            Collection<RouteEntry> entries,
            String name,
            String help,
            ToLongFunction<RouteTally> value) {
        text.counter(name, help);
        for (RouteEntry entry : entries) {
            text.sample(sum(entry, value), "route", entry.route().name());
        }
    }

    private static long sum(RouteEntry entry, ToLongFunction<RouteTally> value) {
        return entry.counters().tallies().stream().mapToLong(value).sum();
    }

    private static void codes(MetricsText text, RouteEntry entry, int version) {
        List<RouteTally> tallies = entry.counters().tallies();
        for (int code = 0; code < CODES.length; code++) {
            long count = count(tallies, version, RouteTally.INFORMATIONAL + code);
            if (RouteTally.INFORMATIONAL + code == RouteTally.SERVER_ERROR) {
                count += count(tallies, version, RouteTally.BAD_GATEWAY)
                        + count(tallies, version, RouteTally.UNAVAILABLE)
                        + count(tallies, version, RouteTally.TIMED_OUT);
            }
            answered(text, entry, CODES[code], version, count);
        }
        answered(text, entry, "none", version, count(tallies, version, RouteTally.GONE));
    }

    private static long count(List<RouteTally> tallies, int version, int kind) {
        long count = 0;
        for (RouteTally tally : tallies) {
            count += tally.counted(version, kind);
        }
        return count;
    }

    private static void answered(MetricsText text, RouteEntry entry, String code, int version, long count) {
        if (count > 0) {
            text.sample(count, "route", entry.route().name(), "code", code, "protocol", VERSIONS[version]);
        }
    }

    private static void upstreams(MetricsText text, Collection<RouteEntry> entries) {
        List<UpstreamSample> all = new ArrayList<>();
        long now = System.nanoTime();
        for (RouteEntry entry : entries) {
            for (UpstreamStatus status : Names.upstreams(entry, now)) {
                all.add(new UpstreamSample(entry.route().name(), status));
            }
        }
        upstreams(
                text.gauge("pinisi_edge_upstream_healthy", "1 if the upstream gets requests."),
                all,
                u -> u.healthy() ? 1 : 0);
        upstreams(
                text.gauge(
                        "pinisi_edge_upstream_ejected", "1 if the upstream is left out for a while, since it failed."),
                all,
                u -> u.ejected() ? 1 : 0);
        upstreams(text.gauge("pinisi_edge_upstream_in_flight", "Requests under way."), all, UpstreamStatus::inFlight);
        upstreams(text.counter("pinisi_edge_upstream_requests", "Requests that ended."), all, UpstreamStatus::requests);
        upstreams(
                text.counter("pinisi_edge_upstream_errors", "Requests answered with 500 or above, or not at all."),
                all,
                UpstreamStatus::errors);
        upstreams(text.counter("pinisi_edge_upstream_connects", "Connections made."), all, UpstreamStatus::connects);
        upstreams(
                text.counter("pinisi_edge_upstream_connect_failures", "Connections that could not be made."),
                all,
                UpstreamStatus::connectFailures);
    }

    private record UpstreamSample(String route, UpstreamStatus status) {}

    private static void upstreams(MetricsText text, List<UpstreamSample> all, ToLongFunction<UpstreamStatus> value) {
        for (UpstreamSample upstream : all) {
            text.sample(
                    value.applyAsLong(upstream.status()),
                    "route",
                    upstream.route(),
                    "upstream",
                    upstream.status().id());
        }
    }

    private void connections(MetricsText text) {
        List<LoopTally> tallies = states.tallies();
        text.gauge("pinisi_edge_connections", "Connections of clients open now.")
                .sample(proxy.clients());
        text.counter("pinisi_edge_accepted_connections", "Connections of clients since the start.")
                .sample(sum(tallies, LoopTally::clients));
        text.counter("pinisi_edge_tls_handshakes", "Handshakes that succeeded, by version of TLS.")
                .sample(sum(tallies, tally -> tally.secured(true)), "version", "1.3")
                .sample(sum(tallies, tally -> tally.secured(false)), "version", "1.2");
        text.counter("pinisi_edge_tls_failures", "Handshakes that came to nothing, by reason.");
        for (TlsFailure failure : TlsFailure.values()) {
            String why = failure.name().toLowerCase(Locale.ROOT).replace('_', '-');
            text.sample(sum(tallies, tally -> tally.failures(failure)), "why", why);
        }
        text.counter(
                "pinisi_edge_faults",
                "Requests that the edge refused or could not have answered, by the word that the access log has for it.");
        for (Fault fault : Fault.values()) {
            text.sample(sum(tallies, tally -> tally.faults(fault)), "why", fault.text());
        }
        text.gauge(
                "pinisi_edge_loop_lag_seconds", "The longest delay of an event loop in the latest 10 to 20 seconds.");
        for (int i = 0; i < tallies.size(); i++) {
            text.sample(tallies.get(i).longestLag() / NANOS, "loop", Integer.toString(i));
        }
        text.counter("pinisi_edge_access_log_dropped_lines", "Lines that the access log could not keep up with.")
                .sample(accessLog == null ? 0 : accessLog.dropped());
    }

    private static long sum(List<LoopTally> tallies, ToLongFunction<LoopTally> value) {
        return tallies.stream().mapToLong(value).sum();
    }

    private void certificates(MetricsText text) {
        List<CertificateStatus> all = certificates.get();
        text.gauge("pinisi_edge_certificate_not_after_seconds", "When the certificate ends, in seconds since 1970.");
        for (CertificateStatus certificate : all) {
            if (certificate.notAfter().isPresent()) {
                Instant end = certificate.notAfter().get();
                text.sample(end.getEpochSecond(), "name", certificate.name());
            }
        }
        text.gauge("pinisi_edge_certificate_good", "1 if the name has a certificate and nothing is wrong with it.");
        for (CertificateStatus certificate : all) {
            if (certificate.state() != CertificateStatus.State.UNUSED) {
                text.sample(certificate.state() == CertificateStatus.State.GOOD ? 1 : 0, "name", certificate.name());
            }
        }
    }
}
