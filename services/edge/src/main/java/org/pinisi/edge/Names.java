package org.pinisi.edge;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.pinisi.certificates.CertificateStatus;

/// Tells how it stands with each name that the edge answers to.
final class Names {
    private static final String HEALTHY = "healthy";

    private final Routes routes;
    private final Supplier<List<CertificateStatus>> certificates;
    private final Doors doors;
    private final InstantSource time;

    Names(Routes routes, Supplier<List<CertificateStatus>> certificates, Doors doors, InstantSource time) {
        this.routes = routes;
        this.certificates = certificates;
        this.doors = doors;
        this.time = time;
    }

    /// All names: those with urgent problems first, then those with others, then the rest; each part in
    /// the order of the alphabet.
    List<NameStatus> all() {
        Map<String, List<RouteEntry>> byHost = new TreeMap<>();
        for (RouteEntry entry : routes.table().entries()) {
            for (String host : entry.route().hosts()) {
                byHost.computeIfAbsent(host, _ -> new ArrayList<>()).add(entry);
            }
        }
        List<CertificateStatus> known = certificates.get();
        long now = System.nanoTime();
        List<NameStatus> result = new ArrayList<>();
        byHost.forEach((host, entries) -> result.add(status(host, entries, known, now)));
        result.sort(Comparator.comparing((NameStatus name) -> !name.isUrgent())
                .thenComparing(name -> name.problems().isEmpty()));
        return List.copyOf(result);
    }

    /// One name as routes have it; empty if no route has it.
    Optional<NameReport> report(String host) {
        List<RouteEntry> entries = routes.table().entries().stream()
                .filter(entry -> entry.route().hosts().contains(host))
                .toList();
        if (entries.isEmpty()) {
            return Optional.empty();
        }
        long now = System.nanoTime();
        LatencySum minute = new LatencySum();
        LatencySum hour = new LatencySum();
        List<LatencySum> minutes =
                Stream.generate(LatencySum::new).limit(RouteWindows.MINUTES).toList();
        Duration minuteSpan = Duration.ZERO;
        Duration hourSpan = Duration.ZERO;
        int lived = 0;
        TreeSet<String> hosts = new TreeSet<>();
        for (RouteEntry entry : entries) {
            RouteWindows windows = entry.counters().windows();
            minuteSpan = longer(minuteSpan, windows.minute(now, minute));
            hourSpan = longer(hourSpan, windows.hour(now, hour));
            lived = Math.max(lived, windows.minutes(minutes));
            hosts.addAll(entry.route().hosts());
        }
        return Optional.of(new NameReport(
                status(host, entries, certificates.get(), now),
                minute.over(minuteSpan),
                hour.over(hourSpan),
                minutes.subList(minutes.size() - lived, minutes.size()).stream()
                        .map(sum -> sum.over(Duration.ofMinutes(1)))
                        .toList(),
                List.copyOf(hosts),
                doors.records(host),
                doors.isEncrypted()));
    }

    private NameStatus status(String host, List<RouteEntry> entries, List<CertificateStatus> known, long now) {
        LatencySum sum = new LatencySum();
        Duration span = Duration.ZERO;
        List<UpstreamStatus> upstreams = new ArrayList<>();
        for (RouteEntry entry : entries) {
            span = longer(span, entry.counters().windows().fiveMinutes(now, sum));
            upstreams.addAll(upstreams(entry, now));
        }
        Traffic traffic = sum.over(span);
        CertificateStatus certificate = certificate(host, known);
        List<NameProblem> problems = new ArrayList<>(NameProblems.of(traffic, upstreams, certificate, time.instant()));
        for (RouteEntry entry : entries) {
            if (isEmpty(entry)) {
                problems.addFirst(
                        new NameProblem(true, "the route " + entry.route().name() + " leads nowhere"));
            }
        }
        return new NameStatus(
                host,
                entries.stream().map(entry -> entry.route().name()).toList(),
                String.join(", ", entries.stream().map(Names::target).toList()),
                traffic,
                upstreams,
                Optional.ofNullable(certificate),
                problems);
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    private static boolean isEmpty(RouteEntry entry) {
        return switch (entry.route().target()) {
            case Target.Upstreams _ -> entry.upstreamCount() == 0;
            case Target.Folder _ -> entry.folder() == null;
            case Target.Redirect _, Target.Passthrough _ -> false;
        };
    }

    private static String target(RouteEntry entry) {
        return switch (entry.route().target()) {
            case Target.Upstreams _ ->
                entry.upstreamCount() == 1
                        ? entry.upstream(0).upstream().address().toString()
                        : entry.upstreamCount() + " upstreams";
            case Target.Folder folder -> "folder " + folder.path();
            case Target.Redirect redirect -> "redirect to " + redirect.location();
            case Target.Passthrough through ->
                "TLS passed on to " + through.upstreams().getFirst().address();
        };
    }

    /// @param now as `System.nanoTime`
    static List<UpstreamStatus> upstreams(RouteEntry entry, long now) {
        List<UpstreamStatus> result = new ArrayList<>();
        for (int i = 0; i < entry.upstreamCount(); i++) {
            Member member = entry.members().get(i);
            UpstreamState state = member.state();
            UpstreamTally tally = state.tally();
            boolean well = member.isWell(now);
            String words = words(member);
            result.add(new UpstreamStatus(
                    state.id(),
                    state.upstream().address().toString(),
                    well && words.equals(HEALTHY),
                    member.isEjected(),
                    words,
                    state.inFlight(),
                    tally.requests(),
                    tally.errors(),
                    tally.connects(),
                    tally.connectFailures(),
                    tally.retries()));
        }
        return result;
    }

    private static String words(Member member) {
        if (member.state().isUnresolved()) {
            return "host name unknown";
        }
        if (!member.isHealthy()) {
            return "its health check fails";
        }
        if (member.isEjected()) {
            return "left out for a while";
        }
        return member.isBroken() ? "its circuit breaker is open" : HEALTHY;
    }

    /// The certificate of that very name, or else one that covers it.
    private static @Nullable CertificateStatus certificate(String host, Collection<CertificateStatus> known) {
        int dot = host.indexOf('.');
        String wildcard = dot < 0 ? "*" : "*" + host.substring(dot);
        CertificateStatus covering = null;
        for (CertificateStatus certificate : known) {
            if (certificate.name().equals(host)) {
                return certificate;
            }
            if (certificate.names().contains(host) || certificate.names().contains(wildcard)) {
                covering = certificate;
            }
        }
        return covering;
    }
}
