package org.pinisi.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pinisi.flow.Context;
import org.pinisi.flow.Flows;
import org.pinisi.flow.TlsClient;
import org.pinisi.http.Address;
import org.pinisi.http.Certificates;
import org.pinisi.http.ClientRequest;
import org.pinisi.http.ClientResponse;
import org.pinisi.http.HttpClient;

/// Which requests belong on which connections: with TLS or without, and under which name.
final class SecureNamesTest {
    private final Certificates certificates = new Certificates();
    private final Origin origin = Origin.answering("hello");

    @TempDir
    Path folder;

    SecureNamesTest() {
        certificates.put("one.test", TlsFiles.certified("site"));
        certificates.put("two.test", TlsFiles.certified("site"));
        certificates.put("other.test", TlsFiles.certified("other"));
    }

    @AfterEach
    void stop() throws Exception {
        origin.close();
    }

    private EdgeFixture start(String... settings) {
        String[] all = new String[settings.length + 2];
        System.arraycopy(settings, 0, all, 2, settings.length);
        all[0] = "listen-tls";
        all[1] = "127.0.0.1:0";
        return new EdgeFixture(folder, certificates, all);
    }

    private void route(EdgeFixture edge, HttpsRule https, String... hosts) {
        edge.edge()
                .routes()
                .put(new EdgeRoute("app", List.of(hosts), Target.Upstreams.of(origin.upstream("app-1")))
                        .withRules(RouteRules.none().withHttps(https)));
    }

    @ParameterizedTest
    @CsvSource({
        "one.test,one.test,200",
        "one.test,ONE.test:443,200",
        "one.test,one.test.,200",
        "one.test,two.test,200",
        "one.test,other.test,421",
        "other.test,one.test,421",
        "one.test,nobody.test,404"
    })
    void aHostThatTheShownCertificateDoesNotCoverIsMisdirected(String name, String host, int status) throws Exception {
        try (EdgeFixture edge = start()) {
            route(edge, HttpsRule.defaults(), "one.test", "two.test", "other.test");
            try (Wire wire = new TlsWire(edge.secure()).open(name)) {
                assertThat(wire.get(host, "/").answer().status()).isEqualTo(status);
            }
        }
    }

    @Test
    void whoWantsItMayServeAnyHostOnAnyConnection() throws Exception {
        certificates.put("", TlsFiles.certified("site"));
        try (EdgeFixture edge = start("strict-names", "off")) {
            route(edge, HttpsRule.defaults(), "other.test");
            try (Wire wire = new TlsWire(edge.secure()).open("unknown.test")) {
                assertThat(wire.get("other.test", "/").answer().status()).isEqualTo(200);
            }
        }
    }

    @Test
    void aRequestInClearIsSentToTlsWhereThereIsACertificate() throws Exception {
        try (EdgeFixture edge = start();
                Wire wire = edge.connect()) {
            route(edge, HttpsRule.defaults(), "one.test", "bare.test", "app.localhost");
            certificates.put("app.localhost", TlsFiles.certified("site"));
            Wire.Answer answer = wire.get("one.test", "/a?b=c%20d").answer();
            assertThat(answer.status()).isEqualTo(308);
            int port = ((Address.Inet) edge.secure()).port();
            assertThat(answer.head()).contains("\r\nLocation: https://one.test:" + port + "/a?b=c%20d\r\n");
            assertThat(wire.get("bare.test", "/").answer().status())
                    .as("no certificate")
                    .isEqualTo(200);
            assertThat(wire.get("app.localhost", "/").answer().status())
                    .as("a name of this machine")
                    .isEqualTo(200);
        }
    }

    @Test
    void aRouteMayInsistOnTlsOrDoWithout() throws Exception {
        try (EdgeFixture edge = start();
                Wire wire = edge.connect()) {
            route(edge, HttpsRule.defaults().withRedirect(false), "one.test");
            assertThat(wire.get("one.test", "/").answer().status()).isEqualTo(200);
            route(edge, new HttpsRule(Optional.of(true), 301, Optional.empty()), "bare.test");
            assertThat(wire.get("bare.test", "/").answer().status()).isEqualTo(301);
        }
    }

    @Test
    void withoutTlsNobodyIsSentThere() throws Exception {
        try (EdgeFixture edge = new EdgeFixture(folder, certificates);
                Wire wire = edge.connect()) {
            route(edge, HttpsRule.defaults().withRedirect(true), "one.test");
            assertThat(wire.get("one.test", "/").answer().status()).isEqualTo(200);
        }
    }

    @Test
    void aBodyInClearIsNotPassedOnAndTheRedirectStillArrives() throws Exception {
        try (EdgeFixture edge = start();
                Wire wire = edge.connect()) {
            route(edge, HttpsRule.defaults(), "one.test");
            wire.send("POST / HTTP/1.1\r\nHost: one.test\r\nContent-Length: 100000\r\n\r\n" + "x".repeat(50_000));
            assertThat(wire.answer().status()).isEqualTo(308);
        }
        assertThat(origin.heads()).isEmpty();
    }

    @Test
    void browsersAreToldToComeOverTlsOnlyOverTls() throws Exception {
        HttpsRule.Hsts hsts = new HttpsRule.Hsts(Duration.ofDays(2), true, true);
        String line = "\r\nStrict-Transport-Security: max-age=172800; includeSubDomains; preload\r\n";
        try (Origin own = new Origin(exchange -> {
                    exchange.send(
                            "HTTP/1.1 200 OK\r\nStrict-Transport-Security: max-age=1\r\nContent-Length: 2\r\n\r\nok");
                    return true;
                });
                EdgeFixture edge = start()) {
            edge.edge()
                    .routes()
                    .put(new EdgeRoute("app", List.of("one.test"), Target.Upstreams.of(own.upstream("app-1")))
                            .withRules(RouteRules.none()
                                    .withHttps(HttpsRule.defaults()
                                            .withRedirect(false)
                                            .withHsts(hsts))));
            try (Wire secure = new TlsWire(edge.secure()).open("one.test");
                    Wire plain = edge.connect()) {
                for (int i = 0; i < 2; i++) {
                    Wire.Answer answer = secure.get("one.test", "/").answer();
                    assertThat(answer.head()).contains(line).doesNotContain("max-age=1\r\n");
                    assertThat(answer.body()).isEqualTo("ok");
                }
                assertThat(plain.get("one.test", "/").answer().head()).doesNotContain("includeSubDomains");
            }
        }
    }

    @ParameterizedTest(name = "HTTP/2 {0}")
    @ValueSource(booleans = {false, true})
    void theyAreToldByFoldersErrorsAndTheEdgesOwnAnswersToo(boolean http2) throws Exception {
        HttpsRule.Hsts hsts = new HttpsRule.Hsts(Duration.ofDays(2), false, false);
        RouteRules rules = RouteRules.none()
                .withHttps(HttpsRule.defaults().withHsts(hsts))
                .withRedirects(List.of(new RedirectRule(Optional.empty(), "/old", "/new", 302, true)));
        Files.writeString(Files.createDirectory(folder.resolve("site")).resolve("index.html"), "hello");
        Files.writeString(folder.resolve("site/404.html"), "not here");
        try (EdgeFixture edge = start();
                HttpClient client = HttpClient.builder()
                        .http2(http2)
                        .tls(TlsClient.builder().trustEveryone().build())
                        .context(Context.empty().with(Flows.SERVER_NAME, "one.test"))
                        .build()) {
            org.pinisi.http.Origin secure = new org.pinisi.http.Origin(edge.secure(), true);
            for (Target target : List.of(new Target.Folder(folder.resolve("site")), new Target.Upstreams(List.of()))) {
                edge.edge().routes().put(new EdgeRoute("app", List.of("one.test"), target).withRules(rules));
                for (String path : List.of("/", "/old/x", "/none")) {
                    try (ClientResponse answer =
                            client.send(secure, ClientRequest.get(path).with("Host", "one.test"))) {
                        assertThat(answer.fields().values("Strict-Transport-Security"))
                                .as("%s of %s: %d", path, target, answer.status())
                                .containsExactly("max-age=172800");
                    }
                }
            }
        }
    }
}
