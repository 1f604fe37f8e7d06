package org.pinisi.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Locale;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Requests and answers in order, one after the other, on kept connections.
@Timeout(60)
final class ProxyTest {
    @TempDir
    Path folder;

    @Test
    void passesARequestToItsUpstreamAndTheAnswerBack() throws Exception {
        try (Origin origin = Origin.answering("hello");
                EdgeFixture edge = new EdgeFixture(folder)) {
            edge.route("app", origin.upstream("app-1"));
            try (Wire wire = edge.connect()) {
                Wire.Answer answer = wire.get("app.test", "/a?b=c").answer();
                assertThat(answer.head()).isEqualTo("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
                assertThat(answer.body()).isEqualTo("hello");
            }
            assertThat(origin.heads())
                    .containsExactly(Wire.lines(
                            "GET /a?b=c HTTP/1.1",
                            "Host: app.test",
                            "X-Forwarded-For: 127.0.0.1",
                            "X-Real-IP: 127.0.0.1",
                            "X-Forwarded-Proto: http",
                            "X-Forwarded-Port: " + edge.port(),
                            "X-Forwarded-Host: app.test"));
        }
    }

    @Test
    void usesOneUpstreamConnectionForManyRequests() throws Exception {
        try (Origin origin = Origin.answering("hello");
                EdgeFixture edge = new EdgeFixture(folder, "loops", "1")) {
            edge.route("app", origin.upstream("app-1"));
            for (int client = 0; client < 3; client++) {
                try (Wire wire = edge.connect()) {
                    for (int i = 0; i < 20; i++) {
                        assertThat(wire.get("app.test", "/" + i).answer().body())
                                .isEqualTo("hello");
                    }
                }
            }
            assertThat(origin.connections()).isEqualTo(1);
            assertThat(edge.stats("app").successful()).isEqualTo(60);
        }
    }

    @Test
    void answersPipelinedRequestsInTheirOrder() throws Exception {
        try (Origin origin = new Origin(exchange -> exchange.ok(exchange.target()));
                EdgeFixture edge = new EdgeFixture(folder)) {
            edge.route("app", origin.upstream("app-1"));
            try (Wire wire = edge.connect()) {
                StringBuilder requests = new StringBuilder();
                for (int i = 0; i < 500; i++) {
                    String host = i % 7 == 3 ? "nobody.test" : "app.test";
                    requests.append("GET /")
                            .append(i)
                            .append(" HTTP/1.1\r\nHost: ")
                            .append(host)
                            .append("\r\n\r\n");
                }
                wire.send(requests.toString());
                for (int i = 0; i < 500; i++) {
                    Wire.Answer answer = wire.answer();
                    if (i % 7 == 3) {
                        assertThat(answer.status()).isEqualTo(404);
                    } else {
                        assertThat(answer.body()).isEqualTo("/" + i);
                    }
                }
            }
        }
    }

    @Test
    void takesARequestInFragmentsOfEverySize() throws Exception {
        String request = "POST /x HTTP/1.1\r\nHost: App.Test:8080\r\nContent-Length: 5\r\n\r\nabcde";
        try (Origin origin = new Origin(exchange -> exchange.ok(exchange.body()));
                EdgeFixture edge = new EdgeFixture(folder)) {
            edge.route("app", origin.upstream("app-1"));
            try (Wire wire = edge.connect()) {
                wire.socket().setTcpNoDelay(true);
                for (int size = 1; size <= request.length(); size += 3) {
                    for (int at = 0; at < request.length(); at += size) {
                        wire.send(request.substring(at, Math.min(request.length(), at + size)));
                    }
                    assertThat(wire.answer().body()).isEqualTo("abcde");
                }
            }
        }
    }

    @Test
    void putsAFragmentedAnswerTogether() throws Exception {
        String answer = "HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nX-A: b\r\nContent-Length: 3\r\n\r\nabc";
        try (Origin origin = new Origin(exchange -> {
                    exchange.socket().setTcpNoDelay(true);
                    int size = Integer.parseInt(exchange.target().substring(1));
                    for (int at = 0; at < answer.length(); at += size) {
                        exchange.send(answer.substring(at, Math.min(answer.length(), at + size)));
                    }
                    return true;
                });
                EdgeFixture edge = new EdgeFixture(folder)) {
            edge.route("app", origin.upstream("app-1"));
            try (Wire wire = edge.connect()) {
                for (int size = 1; size <= answer.length(); size++) {
                    Wire.Answer got = wire.get("app.test", "/" + size).answer();
                    assertThat(got.head()).isEqualTo("HTTP/1.1 200 OK\r\nX-A: b\r\nContent-Length: 3\r\n\r\n");
                    assertThat(got.body()).isEqualTo("abc");
                }
            }
        }
    }

    @Test
    void takesTurnsBetweenUpstreams() throws Exception {
        try (Origin one = Origin.answering("1");
                Origin two = Origin.answering("2");
                EdgeFixture edge = new EdgeFixture(folder)) {
            edge.route("app", one.upstream("app-1"), two.upstream("app-2"));
            try (Wire wire = edge.connect()) {
                StringBuilder answers = new StringBuilder();
                for (int i = 0; i < 6; i++) {
                    answers.append(wire.get("app.test", "/").answer().body());
                }
                assertThat(answers.toString()).isEqualTo("121212");
            }
        }
    }

    @Test
    void answersHeadAndEmptyAnswersWithoutBody() throws Exception {
        try (Origin origin = new Origin(exchange -> {
                    switch (exchange.target()) {
                        case "/204" -> exchange.send("HTTP/1.1 204 No Content\r\n\r\n");
                        case "/304" -> exchange.send("HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n");
                        default -> exchange.send("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n");
                    }
                    return true;
                });
                EdgeFixture edge = new EdgeFixture(folder)) {
            edge.route("app", origin.upstream("app-1"));
            try (Wire wire = edge.connect()) {
                assertThat(wire.get("app.test", "/204").answer().status()).isEqualTo(204);
                assertThat(wire.get("app.test", "/304").answer().status()).isEqualTo(304);
                wire.send("HEAD /h HTTP/1.1\r\nHost: app.test\r\n\r\n");
                assertThat(wire.answer(true).status()).isEqualTo(200);
                assertThat(wire.get("app.test", "/204").answer().status()).isEqualTo(204);
            }
            assertThat(origin.connections()).isEqualTo(1);
        }
    }

    @Test
    void passesInterimAnswersAndExpectContinue() throws Exception {
        try (Origin origin = new Origin(exchange -> {
                    exchange.send("HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n");
                    exchange.send("HTTP/1.1 100 Continue\r\n\r\n");
                    return exchange.ok(exchange.body());
                });
                EdgeFixture edge = new EdgeFixture(folder)) {
            edge.route("app", origin.upstream("app-1"));
            try (Wire wire = edge.connect()) {
                wire.send("POST / HTTP/1.1\r\nHost: app.test\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
                assertThat(wire.answer().status()).isEqualTo(103);
                assertThat(wire.answer().status()).isEqualTo(100);
                assertThat(wire.send("ok").answer().body()).isEqualTo("ok");
            }
        }
    }

    @Test
    void servesAnOldClientAndClosesAfterwards() throws Exception {
        try (Origin origin = new Origin(exchange -> {
                    exchange.send(
                            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
                    return true;
                });
                EdgeFixture edge = new EdgeFixture(folder)) {
            edge.route("app", origin.upstream("app-1"));
            try (Wire wire = edge.connect()) {
                Wire.Answer answer =
                        wire.send("GET / HTTP/1.0\r\nHost: app.test\r\n\r\n").answer();
                assertThat(answer.body()).isEqualTo("abcde");
                assertThat(answer.has("Transfer-Encoding")).isFalse();
                assertThat(wire.isEnded()).isTrue();
            }
            assertThat(origin.heads().getFirst()).startsWith("GET / HTTP/1.1\r\n");
        }
    }

    @Test
    void keepsAnOldClientThatAsksForIt() throws Exception {
        try (Origin origin = Origin.answering("hello");
                EdgeFixture edge = new EdgeFixture(folder)) {
            edge.route("app", origin.upstream("app-1"));
            try (Wire wire = edge.connect()) {
                for (int i = 0; i < 3; i++) {
                    wire.send("GET / HTTP/1.0\r\nHost: app.test\r\nConnection: keep-alive\r\n\r\n");
                    Wire.Answer answer = wire.answer();
                    assertThat(answer.body()).isEqualTo("hello");
                    assertThat(answer.head()).contains("\r\nConnection: keep-alive\r\n");
                }
            }
        }
    }

    @Test
    void turnsAnAnswerThatEndsWithItsConnectionIntoChunks() throws Exception {
        try (Origin origin = new Origin(exchange -> {
                    exchange.send("HTTP/1.0 200 OK\r\nServer: old\r\n\r\nfirst ");
                    exchange.send("second");
                    return false;
                });
                EdgeFixture edge = new EdgeFixture(folder)) {
            edge.route("app", origin.upstream("app-1"));
            try (Wire wire = edge.connect()) {
                for (int i = 0; i < 3; i++) {
                    Wire.Answer answer = wire.get("app.test", "/").answer();
                    assertThat(answer.head()).startsWith("HTTP/1.1 200 OK\r\n");
                    assertThat(answer.has("Transfer-Encoding")).isTrue();
                    assertThat(answer.body()).isEqualTo("first second");
                }
            }
        }
    }

    @Test
    void passesChunksAndTrailersRaw() throws Exception {
        String body = "5;name=value\r\nhello\r\n0\r\nX-Trailer: t\r\n\r\n";
        try (Origin origin = new Origin(exchange -> {
                    String received = exchange.read(body.length());
                    exchange.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + received);
                    return true;
                });
                EdgeFixture edge = new EdgeFixture(folder)) {
            edge.route("app", origin.upstream("app-1"));
            try (Wire wire = edge.connect()) {
                for (int i = 0; i < 2; i++) {
                    wire.send("POST / HTTP/1.1\r\nHost: app.test\r\nTransfer-Encoding: chunked\r\n\r\n" + body);
                    assertThat(wire.answer().body()).isEqualTo("hello");
                }
            }
            assertThat(origin.connections()).isEqualTo(1);
        }
    }

    @Test
    void closesAfterTheAnswerWhenTheClientAsksForIt() throws Exception {
        try (Origin origin = Origin.answering("hello");
                EdgeFixture edge = new EdgeFixture(folder)) {
            edge.route("app", origin.upstream("app-1"));
            try (Wire wire = edge.connect()) {
                Wire.Answer answer = wire.send("GET / HTTP/1.1\r\nHost: app.test\r\nConnection: close\r\n\r\n")
                        .answer();
                assertThat(answer.head()).contains("\r\nConnection: close\r\n");
                assertThat(answer.body()).isEqualTo("hello");
                assertThat(wire.isEnded()).isTrue();
            }
            assertThat(origin.heads().getFirst().toLowerCase(Locale.ROOT)).doesNotContain("connection:");
        }
    }

    @Test
    void doesNotUseAConnectionAgainThatTheUpstreamWantsClosed() throws Exception {
        try (Origin origin = new Origin(exchange -> {
                    exchange.send("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok");
                    return false;
                });
                EdgeFixture edge = new EdgeFixture(folder, "loops", "1")) {
            edge.route("app", origin.upstream("app-1"));
            try (Wire wire = edge.connect()) {
                for (int i = 0; i < 5; i++) {
                    Wire.Answer answer = wire.get("app.test", "/").answer();
                    assertThat(answer.head()).isEqualTo("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n");
                }
            }
            assertThat(origin.connections()).isEqualTo(5);
            assertThat(edge.stats("app").retried()).isZero();
        }
    }

    @Test
    void letsGoOfTheUpstreamWhenTheClientIsGone() throws Exception {
        try (Origin origin = new Origin(exchange -> {
                    exchange.in().read();
                    return false;
                });
                EdgeFixture edge = new EdgeFixture(folder)) {
            edge.route("app", origin.upstream("app-1"));
            try (Wire wire = edge.connect()) {
                wire.get("app.test", "/");
                Awaitility.await().until(() -> edge.inFlight("app", "app-1") == 1);
            }
            Awaitility.await().until(() -> origin.openConnections() == 0);
            Awaitility.await().until(() -> edge.inFlight("app", "app-1") == 0);
        }
    }

    @Test
    void takesTheHostOfAnAbsoluteTarget() throws Exception {
        try (Origin origin = Origin.answering("hello");
                EdgeFixture edge = new EdgeFixture(folder)) {
            edge.route("app", origin.upstream("app-1"));
            try (Wire wire = edge.connect()) {
                wire.send("GET http://app.test?q HTTP/1.1\r\nHost: app.test\r\n\r\n");
                assertThat(wire.answer().body()).isEqualTo("hello");
            }
            assertThat(origin.heads().getFirst()).startsWith("GET /?q HTTP/1.1\r\nHost: app.test\r\n");
        }
    }
}
