package org.pinisi.web;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.pinisi.certificates.Attempt;
import org.pinisi.certificates.CertificateStatus;
import org.pinisi.edge.NameProblem;
import org.pinisi.edge.NameReport;
import org.pinisi.edge.NameStatus;
import org.pinisi.edge.Traffic;

/// One name that the edge answers to.
record NamePage(NameReport report, PageAddresses addresses, Words words) {
    private static final int MINUTES = 60;
    private static final double NANOS = 1e9;

    /// A figure with its course over the last hour.
    ///
    /// @param most the highest of the hour, in words
    record Figure(String title, String value, String most, Tone tone, Sparkline line) {}

    /// The figures of a window of time, in words.
    record Row(String span, String requests, String rate, String failed, String p50, String p95, String p99) {}

    NameStatus status() {
        return report.status();
    }

    String host() {
        return status().host();
    }

    /// Where people reach it, if that can be said.
    Optional<String> url() {
        if (host().contains("*")) {
            return Optional.empty();
        }
        boolean secure = report.isEncrypted()
                && certificate().filter(held -> held.notAfter().isPresent()).isPresent();
        return Optional.of(addresses.urlOf(host(), secure));
    }

    Badge badge() {
        if (status().isUrgent()) {
            return new Badge("needs attention", Tone.BAD);
        }
        return status().problems().isEmpty() ? new Badge("well", Tone.GOOD) : new Badge("worth a look", Tone.WARN);
    }

    List<NameProblem> problems() {
        return status().problems();
    }

    Optional<CertificateStatus> certificate() {
        return status().certificate();
    }

    List<Figure> figures() {
        Traffic five = status().traffic();
        List<Figure> figures = new ArrayList<>();
        figures.add(figure("Requests a second", words.rate(five.rate()), Tone.BUSY, 0.1, Traffic::rate, words::rate));
        Tone failing = five.errorShare() >= 0.1 ? Tone.BAD : five.errorShare() >= 0.01 ? Tone.WARN : Tone.GOOD;
        figures.add(figure(
                "Failed (5xx)", words.share(five.errorShare()), failing, 0.05, Traffic::errorShare, words::share));
        figures.add(latency("Half within (p50)", five.p50(), Traffic::p50));
        figures.add(latency("95 % within (p95)", five.p95(), Traffic::p95));
        figures.add(latency("99 % within (p99)", five.p99(), Traffic::p99));
        return figures;
    }

    private interface Latency {
        Duration of(Traffic traffic);
    }

    private Figure latency(String title, Duration value, Latency latency) {
        return figure(
                title,
                status().traffic().requests() == 0 ? "–" : words.latency(value),
                Tone.BUSY,
                0.005,
                minute -> latency.of(minute).toNanos() / NANOS,
                seconds -> words.latency(Duration.ofNanos(Math.round(seconds * NANOS))));
    }

    private Figure figure(
            String title,
            String value,
            Tone tone,
            double least,
            ToDoubleFunction<Traffic> of,
            java.util.function.DoubleFunction<String> text) {
        List<Double> values = report.minutes().stream()
                .map(minute -> of.applyAsDouble(minute))
                .toList();
        String most = text.apply(
                values.stream().mapToDouble(Double::doubleValue).max().orElse(0));
        return new Figure(
                title,
                value,
                most,
                tone,
                Sparkline.of(values, MINUTES, least, title + ", minute by minute over the last hour; at most " + most));
    }

    List<Row> rows() {
        return List.of(
                row("1 minute", report.minute()), row("5 minutes", status().traffic()), row("1 hour", report.hour()));
    }

    private Row row(String span, Traffic traffic) {
        boolean none = traffic.requests() == 0;
        return new Row(
                span,
                words.count(traffic.requests()),
                words.rate(traffic.rate()),
                none ? "–" : words.share(traffic.errorShare()),
                none ? "–" : words.latency(traffic.p50()),
                none ? "–" : words.latency(traffic.p95()),
                none ? "–" : words.latency(traffic.p99()));
    }

    /// The other names whose requests are in the same figures.
    List<String> others() {
        return report.hosts().stream().filter(other -> !other.equals(host())).toList();
    }

    /// How much of the certificate's life has passed, 0 to 100.
    static int passed(CertificateStatus certificate, Instant now) {
        Optional<Instant> from = certificate.notBefore();
        Optional<Instant> until = certificate.notAfter();
        if (from.isEmpty() || until.isEmpty() || !until.get().isAfter(from.get())) {
            return 100;
        }
        double life = Duration.between(from.get(), until.get()).toSeconds();
        return (int) Math.clamp(Duration.between(from.get(), now).toSeconds() / life * 100, 0, 100);
    }

    /// The tries to get a certificate, the newest first.
    static List<Attempt> tries(CertificateStatus certificate) {
        return certificate.attempts().stream()
                .sorted(Comparator.comparing(Attempt::at).reversed())
                .toList();
    }

    /// Whether that moment is still to come.
    boolean isAhead(Optional<Instant> moment) {
        return moment.filter(then -> then.isAfter(words.now())).isPresent();
    }

    static Badge badge(Attempt.Outcome outcome) {
        return switch (outcome) {
            case ISSUED -> new Badge("issued", Tone.GOOD);
            case FAILED -> new Badge("failed", Tone.BAD);
            case POSTPONED -> new Badge("not asked", Tone.WARN);
        };
    }

    static String source(String source) {
        return switch (source) {
            case "acme" -> "asked for by ACME, renews itself";
            case "local" -> "our own local authority";
            case "given" -> "given by a person";
            case "file" -> "a file of this machine";
            default -> source;
        };
    }
}
