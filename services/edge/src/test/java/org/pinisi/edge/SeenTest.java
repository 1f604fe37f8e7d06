package org.pinisi.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.pinisi.certificates.Attempt;
import org.pinisi.certificates.CertificateStatus;
import org.pinisi.http.Address;
import org.pinisi.http.ClientRequest;
import org.pinisi.http.ClientResponse;
import org.pinisi.http.HttpClient;
import tools.jackson.databind.JsonNode;

/// What a running edge tells about itself: metrics, and the state of each name.
@Timeout(60)
final class SeenTest {
    private static final int LARGEST = 1 << 20;

    @TempDir
    Path folder;

    private record Told(String type, String text) {}

    private static Told get(Address address, String path, String accept) throws Exception {
        try (HttpClient client = HttpClient.create();
                ClientResponse response =
                        client.send(address, ClientRequest.get(path).with("Accept", accept))) {
            return new Told(
                    response.fields().first("Content-Type").orElse(""),
                    new String(response.bodyAsBytes(LARGEST), StandardCharsets.UTF_8));
        }
    }

    private Address admin() {
        return new Address.Unix(folder.resolve("edge.sock"));
    }

    @Test
    void countsRequestsByRouteClassAndProtocol() throws Exception {
        try (Origin origin = Origin.answering("hello");
                EdgeFixture edge = new EdgeFixture(folder)) {
            edge.route("app", origin.upstream("app-1"));
            edge.route("empty");
            try (Wire wire = edge.connect()) {
                for (int i = 0; i < 3; i++) {
                    wire.get("app.test", "/").answer();
                }
                wire.get("empty.test", "/").answer();
                wire.get("nobody.test", "/").answer();
            }
            Told told = get(admin(), "/metrics", "*/*");
            assertThat(told.type()).isEqualTo("text/plain; version=0.0.4; charset=utf-8");
            MetricsReader metrics = new MetricsReader(told.text(), false);
            assertThat(metrics.value("pinisi_edge_requests_total{route=\"app\",code=\"2xx\",protocol=\"http/1\"}"))
                    .isEqualTo(3);
            assertThat(metrics.value("pinisi_edge_requests_total{route=\"empty\",code=\"5xx\",protocol=\"http/1\"}"))
                    .isEqualTo(1);
            assertThat(metrics.value("pinisi_edge_request_duration_seconds_bucket{route=\"app\",le=\"+Inf\"}"))
                    .isEqualTo(3);
            assertThat(metrics.value("pinisi_edge_request_duration_seconds_count{route=\"app\"}"))
                    .isEqualTo(3);
            assertThat(metrics.value("pinisi_edge_request_duration_seconds_sum{route=\"app\"}"))
                    .isPositive();
            assertThat(metrics.value("pinisi_edge_sent_bytes_total{route=\"app\"}"))
                    .isEqualTo(3 * 43);
            assertThat(metrics.value("pinisi_edge_received_bytes_total{route=\"app\"}"))
                    .isEqualTo(3 * "GET / HTTP/1.1\r\nHost: app.test\r\n\r\n".length());
            assertThat(metrics.value("pinisi_edge_faults_total{why=\"no-route\"}"))
                    .isEqualTo(1);
            assertThat(metrics.value("pinisi_edge_faults_total{why=\"no-upstream\"}"))
                    .isEqualTo(1);
            assertThat(metrics.value("pinisi_edge_upstream_requests_total{route=\"app\",upstream=\"app-1\"}"))
                    .isEqualTo(3);
            assertThat(metrics.value("pinisi_edge_upstream_connects_total{route=\"app\",upstream=\"app-1\"}"))
                    .isEqualTo(1);
            assertThat(metrics.value("pinisi_edge_upstream_healthy{route=\"app\",upstream=\"app-1\"}"))
                    .isEqualTo(1);
            assertThat(metrics.value("pinisi_edge_accepted_connections_total")).isEqualTo(1);
            assertThat(metrics.value("process_resident_memory_bytes")).isPositive();
        }
    }

    @Test
    void speaksOpenMetricsToWhoeverAsksForIt() throws Exception {
        try (Origin origin = Origin.answering("hello");
                EdgeFixture edge = new EdgeFixture(folder)) {
            edge.route("app", origin.upstream("app-1"));
            try (Wire wire = edge.connect()) {
                wire.get("app.test", "/").answer();
            }
            Told told = get(admin(), "/metrics", "application/openmetrics-text;version=1.0.0,text/plain;q=0.5");
            assertThat(told.type()).startsWith("application/openmetrics-text; version=1.0.0");
            MetricsReader metrics = new MetricsReader(told.text(), true);
            assertThat(metrics.value("pinisi_edge_requests_total{route=\"app\",code=\"2xx\",protocol=\"http/1\"}"))
                    .isEqualTo(1);
        }
    }

    @Test
    void strangersMakeNoSeries() throws Exception {
        try (Origin origin = Origin.answering("hello");
                EdgeFixture edge = new EdgeFixture(folder)) {
            edge.route("app", origin.upstream("app-1"));
            try (Wire wire = edge.connect()) {
                wire.get("app.test", "/").answer();
            }
            int before = new MetricsReader(get(admin(), "/metrics", "*/*").text(), false)
                    .names()
                    .size();
            try (Wire wire = edge.connect()) {
                for (int i = 0; i < 50; i++) {
                    wire.get("stranger-" + i + ".test", "/" + i).answer();
                }
                wire.get("app.test", "/other").answer();
            }
            MetricsReader after =
                    new MetricsReader(get(admin(), "/metrics", "*/*").text(), false);
            assertThat(after.names()).hasSize(before);
            assertThat(after.names()).noneMatch(name -> name.contains("stranger"));
        }
    }

    @Test
    void tellsTheSameAtAnAddressOfItsOwnAndNothingElse() throws Exception {
        try (EdgeFixture edge = new EdgeFixture(folder, "metrics", "127.0.0.1:0")) {
            edge.route("app");
            Address address = edge.edge().metricsAddress().orElseThrow();
            assertThat(get(address, "/metrics", "*/*").text()).contains("pinisi_edge_routes 1\n");
            JsonNode names = EdgeJson.parse(get(address, "/names", "*/*").text().getBytes(StandardCharsets.UTF_8));
            assertThat(names.get("names").get(0).get("host").asString()).isEqualTo("app.test");
            try (HttpClient client = HttpClient.create();
                    ClientResponse response = client.send(address, ClientRequest.of("POST", "/stop"))) {
                assertThat(response.status()).isIn(404, 405);
            }
        }
    }

    @Test
    void tellsOfANameWhatGoesOnBehindIt() throws Exception {
        try (Origin origin = Origin.answering("hello");
                EdgeFixture edge = new EdgeFixture(folder);
                EdgeClient client = new EdgeClient(folder.resolve("edge.sock"))) {
            edge.route("app", origin.upstream("app-1"));
            try (Wire wire = edge.connect()) {
                for (int i = 0; i < 5; i++) {
                    wire.get("app.test", "/").answer();
                }
            }
            NameReport report = client.name("app.test").orElseThrow();
            assertThat(report.status().routes()).containsExactly("app");
            assertThat(report.status().traffic().requests()).isEqualTo(5);
            assertThat(report.status().traffic().p50()).isPositive();
            assertThat(report.hour().requests()).isEqualTo(5);
            assertThat(report.status().problems()).isEmpty();
            UpstreamStatus upstream = report.status().upstreams().getFirst();
            assertThat(upstream.id()).isEqualTo("app-1");
            assertThat(upstream.requests()).isEqualTo(5);
            assertThat(upstream.inFlight()).isZero();
            assertThat(client.name("nobody.test")).isEmpty();
        }
    }

    @Test
    void listsFirstWhatNeedsAttention() throws Exception {
        try (Origin origin = Origin.answering("hello");
                EdgeFixture edge = new EdgeFixture(folder);
                EdgeClient client = new EdgeClient(folder.resolve("edge.sock"))) {
            edge.route("a", origin.upstream("a-1"));
            edge.route("z");
            List<NameStatus> names = client.names();
            assertThat(names).extracting(NameStatus::host).containsExactly("z.test", "a.test");
            assertThat(names.getFirst().problems()).containsExactly(new NameProblem(true, "the route z leads nowhere"));
        }
    }

    @Test
    void everythingAboutANameSurvivesItsWayThroughJson() {
        Instant now = Instant.parse("2026-11-21T09:00:00Z");
        Traffic traffic = new Traffic(
                Duration.ofSeconds(305),
                1000,
                7,
                Duration.ofNanos(1_234_000),
                Duration.ofMillis(20),
                Duration.ofSeconds(3));
        CertificateStatus certificate = new CertificateStatus(
                "*.example.org",
                CertificateStatus.State.RENEWAL_FAILING,
                Optional.of("acme"),
                Optional.of("R11"),
                Optional.of("04:ab"),
                List.of("*.example.org"),
                Optional.of(now.minusSeconds(60)),
                Optional.of(now),
                Optional.of(now.plusSeconds(60)),
                Optional.of(true),
                List.of(new Attempt(
                        now,
                        Attempt.Outcome.FAILED,
                        "Let's Encrypt",
                        Optional.of("http-01"),
                        "\"connection refused\" <b>",
                        Optional.empty())));
        NameReport report = new NameReport(
                new NameStatus(
                        "a.example.org",
                        List.of("a"),
                        "127.0.0.1:1",
                        traffic,
                        List.of(new UpstreamStatus("a-1", "127.0.0.1:1", false, true, "ejected", 1, 2, 3, 4, 5, 6)),
                        Optional.of(certificate),
                        List.of(new NameProblem(true, "x"))),
                traffic,
                Traffic.NONE,
                List.of(traffic, Traffic.NONE),
                List.of("a.example.org"),
                List.of("a.example.org. A 203.0.113.7"),
                true);
        byte[] json = EdgeJson.bytes(NamesJson.report(report));
        assertThat(NamesJson.report(EdgeJson.parse(json))).isEqualTo(report);
        byte[] list = EdgeJson.bytes(NamesJson.list(List.of(report.status())));
        assertThat(NamesJson.list(EdgeJson.parse(list))).containsExactly(report.status());
    }
}
