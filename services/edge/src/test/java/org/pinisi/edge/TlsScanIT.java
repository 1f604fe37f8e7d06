package org.pinisi.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pinisi.http.Address;
import org.pinisi.http.Certificates;
import org.pinisi.http.Certified;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/// What `testssl.sh` finds about the edge's TLS: protocols, suites, preferences, headers and all its
/// vulnerabilities. All findings are written to `target/testssl-findings.txt`.
final class TlsScanIT {
    private static final int PATIENCE_MINUTES = 8;
    /// A test's own authority stands in no log and answers no questions; the rest is about the
    /// certificate, not the edge.
    private static final Set<String> NOT_OF_THE_EDGE = Set.of(
            "cert_chain_of_trust",
            "cert_caIssuers",
            "cert_ocspURL",
            "cert_crlDistributionPoints",
            "cert_revocation",
            "DNS_CAArecord",
            "certificate_transparency",
            "OCSP_stapling",
            "cert_extlifeSpan",
            "cert_validityPeriod");

    /// What an application says about its pages, or a rule of its route for it.
    private static final Map<String, String> SAFE = Map.of(
            "Content-Security-Policy", "default-src 'self'",
            "X-Content-Type-Options", "nosniff",
            "X-Frame-Options", "DENY");

    private static final List<String> BAD = List.of("LOW", "MEDIUM", "HIGH", "CRITICAL", "WARN", "FATAL");

    @TempDir
    Path folder;

    private record Finding(String id, String severity, String text) {
        static Finding of(JsonNode node) {
            return new Finding(
                    node.path("id").asString(),
                    node.path("severity").asString(),
                    node.path("finding").asString());
        }

        boolean isBad() {
            return BAD.contains(severity);
        }

        boolean isOfOthers() {
            return NOT_OF_THE_EDGE.stream().anyMatch(id::startsWith);
        }
    }

    /// A certificate as an authority would give it today: three months, ECDSA.
    private Certified fresh() throws IOException, InterruptedException {
        run("openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", file("ca.key"));
        run(
                "openssl",
                "req",
                "-x509",
                "-new",
                "-key",
                file("ca.key"),
                "-subj",
                "/CN=Test authority",
                "-days",
                "90",
                "-out",
                file("ca.crt"));
        run("openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", file("key"));
        run("openssl", "req", "-new", "-key", file("key"), "-subj", "/CN=localhost", "-out", file("request"));
        Files.writeString(
                folder.resolve("extensions"),
                "subjectAltName=DNS:localhost\nextendedKeyUsage=serverAuth\nkeyUsage=critical,digitalSignature\n");
        run(
                "openssl",
                "x509",
                "-req",
                "-in",
                file("request"),
                "-CA",
                file("ca.crt"),
                "-CAkey",
                file("ca.key"),
                "-CAcreateserial",
                "-days",
                "90",
                "-extfile",
                file("extensions"),
                "-out",
                file("leaf.crt"));
        return Certified.parse(
                Files.readString(folder.resolve("leaf.crt")) + Files.readString(folder.resolve("ca.crt")),
                Files.readString(folder.resolve("key")));
    }

    private String file(String name) {
        return folder.resolve(name).toString();
    }

    private static void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(said).isZero();
    }

    private List<Finding> findings(int port) throws IOException, InterruptedException {
        Path json = folder.resolve("findings.json");
        Process process = new ProcessBuilder(
                        "testssl",
                        "--quiet",
                        "--color",
                        "0",
                        "--warnings",
                        "batch",
                        "--ip",
                        "127.0.0.1",
                        "--add-ca",
                        file("ca.crt"),
                        "-p",
                        "-s",
                        "-f",
                        "-P",
                        "-S",
                        "-h",
                        "-U",
                        "--jsonfile",
                        json.toString(),
                        "localhost:" + port)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("said").toFile())
                .start();
        boolean ended = process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES);
        process.destroyForcibly();
        assertThat(ended).as(Files.readString(folder.resolve("said"))).isTrue();
        List<Finding> findings = new ArrayList<>();
        new ObjectMapper().readTree(Files.readString(json)).forEach(node -> findings.add(Finding.of(node)));
        return findings;
    }

    @Test
    void nothingWorseThanInformationIsFound() throws Exception {
        Certificates certificates = new Certificates();
        certificates.put("localhost", fresh());
        certificates.put("", fresh());
        try (Origin origin = Origin.answering("hello");
                EdgeFixture edge = new EdgeFixture(folder, certificates, "listen-tls", "127.0.0.1:0")) {
            edge.edge()
                    .routes()
                    .put(new EdgeRoute("local", List.of("localhost"), Target.Upstreams.of(origin.upstream("local-1")))
                            .withRules(RouteRules.none()
                                    .withHttps(HttpsRule.defaults().withHsts(HttpsRule.Hsts.defaults()))
                                    .withAnswerHeaders(new HeaderRule(SAFE, Map.of(), List.of()))));
            List<Finding> findings = findings(((Address.Inet) edge.secure()).port());
            StringBuilder report = new StringBuilder();
            findings.forEach(finding ->
                    report.append(String.format("%-9s %-35s %s%n", finding.severity(), finding.id(), finding.text())));
            Files.writeString(Path.of("target", "testssl-findings.txt"), report);
            Map<String, String> byId = new TreeMap<>();
            findings.forEach(finding -> byId.put(finding.id(), finding.text()));
            assertThat(byId).as("what was looked at").containsKeys("TLS1", "heartbleed", "ROBOT", "BREACH", "PFS");
            for (String old : List.of("SSLv2", "SSLv3", "TLS1", "TLS1_1")) {
                assertThat(byId.get(old)).as(old).isEqualTo("not offered");
            }
            for (String good : List.of("TLS1_2", "TLS1_3")) {
                assertThat(byId.get(good)).as(good).startsWith("offered");
            }
            assertThat(findings.stream().filter(finding -> finding.isBad() && !finding.isOfOthers()))
                    .as("bad findings")
                    .isEmpty();
        }
    }
}
