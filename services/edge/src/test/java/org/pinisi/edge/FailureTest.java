package org.pinisi.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pinisi.http.Address;

/// What clients see when something is wrong, on either side.
@Timeout(60)
final class FailureTest {
    @TempDir
    Path folder;

    private static Upstream nobody(String id) throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return new Upstream(id, new Address.Inet("127.0.0.1", taken.getLocalPort()));
        }
    }

    @Test
    void tellsAStrangerThatAHostIsUnknownAndNamesNoOther() throws Exception {
        try (Origin origin = Origin.answering("hello");
                EdgeFixture edge = new EdgeFixture(folder)) {
            edge.route("app", origin.upstream("app-1"));
            try (Wire wire = edge.connect()) {
                Wire.Answer answer = wire.get("nobody.test", "/").answer();
                assertThat(answer.status()).isEqualTo(404);
                assertThat(answer.head()).contains("text/html");
                assertThat(answer.body())
                        .contains("No service answers to this name")
                        .doesNotContain("app");
                assertThat(wire.get("app.test", "/").answer().status()).isEqualTo(200);
            }
        }
    }

    @Test
    void writesPlainTextForThoseWhoPreferIt() throws Exception {
        try (EdgeFixture edge = new EdgeFixture(folder);
                Wire wire = edge.connect()) {
            wire.send("GET / HTTP/1.1\r\nHost: a.test\r\nAccept: text/plain\r\n\r\n");
            Wire.Answer answer = wire.answer();
            assertThat(answer.head()).contains("text/plain");
            assertThat(answer.body()).startsWith("404 Not Found\n");
        }
    }

    @Test
    void answers503WithoutAnyUpstream() throws Exception {
        try (EdgeFixture edge = new EdgeFixture(folder)) {
            edge.route("app");
            try (Wire wire = edge.connect()) {
                assertThat(wire.get("app.test", "/").answer().status()).isEqualTo(503);
                assertThat(wire.get("app.test", "/").answer().status()).isEqualTo(503);
            }
            assertThat(edge.stats("app").unavailable()).isEqualTo(2);
        }
    }

    @Test
    void answers502WhenTheUpstreamRefuses() throws Exception {
        try (EdgeFixture edge = new EdgeFixture(folder)) {
            edge.route("app", nobody("app-1"));
            try (Wire wire = edge.connect()) {
                Wire.Answer answer = wire.get("app.test", "/").answer();
                assertThat(answer.status()).isEqualTo(502);
                assertThat(answer.body()).doesNotContain("app").doesNotContain("127.0.0.1");
            }
            assertThat(edge.stats("app").badGateway()).isEqualTo(1);
        }
    }

    @Test
    void triesTheNextUpstreamWhenOneRefusesEvenForAPost() throws Exception {
        try (Origin origin = new Origin(exchange -> exchange.ok(exchange.body()));
                EdgeFixture edge = new EdgeFixture(folder)) {
            edge.route("app", nobody("app-1"), origin.upstream("app-2"));
            try (Wire wire = edge.connect()) {
                for (int i = 0; i < 6; i++) {
                    wire.send("POST / HTTP/1.1\r\nHost: app.test\r\nContent-Length: 3\r\n\r\nabc");
                    assertThat(wire.answer().body()).isEqualTo("abc");
                }
            }
            assertThat(edge.stats("app").retried()).isPositive();
        }
    }

    @Test
    void answers504WhenTheUpstreamStaysSilent() throws Exception {
        try (Origin origin = new Origin(exchange -> {
                    exchange.in().read();
                    return false;
                });
                EdgeFixture edge = new EdgeFixture(folder, "first-byte-time", "200ms")) {
            edge.route("app", origin.upstream("app-1"));
            try (Wire wire = edge.connect()) {
                assertThat(wire.get("app.test", "/").answer().status()).isEqualTo(504);
            }
            assertThat(edge.stats("app").timedOut()).isEqualTo(1);
            Awaitility.await().until(() -> origin.openConnections() == 0);
        }
    }

    @Test
    void answers502WhenTheUpstreamClosesWithoutAnswer() throws Exception {
        try (Origin origin = new Origin(exchange -> false);
                EdgeFixture edge = new EdgeFixture(folder)) {
            edge.route("app", origin.upstream("app-1"));
            try (Wire wire = edge.connect()) {
                assertThat(wire.get("app.test", "/").answer().status()).isEqualTo(502);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nonsense\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
                "HTTP/1.1 200 OK\r\n folded: x\r\n\r\n",
                "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n",
                "HTTP/1.1 200 O"
            })
    void answers502WhenTheUpstreamSpeaksNoHttp(String nonsense) throws Exception {
        try (Origin origin = new Origin(exchange -> {
                    exchange.send(nonsense);
                    return false;
                });
                EdgeFixture edge = new EdgeFixture(folder)) {
            edge.route("app", origin.upstream("app-1"));
            try (Wire wire = edge.connect()) {
                assertThat(wire.get("app.test", "/").answer().status()).isEqualTo(502);
                assertThat(wire.get("app.test", "/").answer().status()).isEqualTo(502);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n64\r\nonly this",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nonly\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nonly\r\nzz\r\n"
            })
    void neverEndsACutAnswerAsIfItWereWhole(String cut) throws Exception {
        try (Origin origin = new Origin(exchange -> {
                    exchange.send(cut);
                    return false;
                });
                EdgeFixture edge = new EdgeFixture(folder)) {
            edge.route("app", origin.upstream("app-1"));
            try (Wire wire = edge.connect()) {
                wire.get("app.test", "/");
                assertThat(statusOrCut(wire)).isIn(0, 502);
            }
            Awaitility.await().until(() -> edge.stats("app").badGateway() == 1);
        }
    }

    /// 0 if the answer was cut. A fault seen together with the head can still become a 502.
    private static int statusOrCut(Wire wire) {
        try {
            return wire.answer().status();
        } catch (IOException cut) {
            return 0;
        }
    }

    @Test
    void sendsARequestAgainWhenAKeptConnectionHasGoneStale() throws Exception {
        AtomicInteger count = new AtomicInteger();
        try (Origin origin = new Origin(exchange -> {
                    // Every second request on a connection finds it closed without a word.
                    if (count.incrementAndGet() % 2 == 0) {
                        return false;
                    }
                    return exchange.ok("hello");
                });
                EdgeFixture edge = new EdgeFixture(folder, "loops", "1")) {
            edge.route("app", origin.upstream("app-1"));
            try (Wire wire = edge.connect()) {
                for (int i = 0; i < 10; i++) {
                    assertThat(wire.get("app.test", "/" + i).answer().body()).isEqualTo("hello");
                }
            }
            assertThat(edge.stats("app").badGateway()).isZero();
            assertThat(edge.stats("app").retried()).isPositive();
        }
    }

    @Test
    void doesNotSendAPostTwice() throws Exception {
        AtomicInteger count = new AtomicInteger();
        try (Origin origin = new Origin(exchange -> {
                    exchange.body();
                    return count.incrementAndGet() != 2 && exchange.ok("hello");
                });
                EdgeFixture edge = new EdgeFixture(folder, "loops", "1")) {
            edge.route("app", origin.upstream("app-1"));
            String post = "POST / HTTP/1.1\r\nHost: app.test\r\nContent-Length: 1\r\n\r\nx";
            try (Wire wire = edge.connect()) {
                assertThat(wire.send(post).answer().status()).isEqualTo(200);
                assertThat(wire.send(post).answer().status()).isEqualTo(502);
            }
            assertThat(count).hasValue(2);
        }
    }

    @Test
    void closesIdleUpstreamConnectionsInTime() throws Exception {
        try (Origin origin = Origin.answering("hello");
                EdgeFixture edge = new EdgeFixture(folder, "pool-idle", "200ms")) {
            edge.route("app", origin.upstream("app-1"));
            try (Wire wire = edge.connect()) {
                wire.get("app.test", "/").answer();
                Awaitility.await().until(() -> origin.openConnections() == 0);
                assertThat(wire.get("app.test", "/").answer().status()).isEqualTo(200);
            }
        }
    }

    @Test
    void cutsOffASlowHead() throws Exception {
        try (EdgeFixture edge = new EdgeFixture(folder, "head-time", "300ms");
                Wire wire = edge.connect()) {
            wire.send("GET / HTTP/1.1\r\nHost: a.test\r\nX-Slow: ");
            assertThat(wire.answer().status()).isEqualTo(408);
            assertThat(wire.isEnded()).isTrue();
        }
    }

    @Test
    void answersAMalformedRequestAfterAGoodOne() throws Exception {
        try (EdgeFixture edge = new EdgeFixture(folder);
                Wire wire = edge.connect()) {
            assertThat(wire.get("nobody.test", "/").answer().status()).isEqualTo(404);
            assertThat(wire.send("nonsense\r\n\r\n").answer().status()).isEqualTo(400);
            assertThat(wire.isEnded()).isTrue();
        }
    }

    @Test
    void closesAConnectionThatSaysNothing() throws Exception {
        try (EdgeFixture edge = new EdgeFixture(folder, "head-time", "200ms");
                Wire wire = edge.connect()) {
            assertThat(wire.isEnded()).isTrue();
        }
    }

    @Test
    void closesAKeptConnectionThatStaysIdle() throws Exception {
        try (EdgeFixture edge = new EdgeFixture(folder, "idle-time", "200ms");
                Wire wire = edge.connect()) {
            assertThat(wire.get("nobody.test", "/").answer().status()).isEqualTo(404);
            assertThat(wire.isEnded()).isTrue();
        }
    }

    @Test
    void answers408WhenABodyStopsComing() throws Exception {
        try (Origin origin = new Origin(exchange -> exchange.ok(exchange.body()));
                EdgeFixture edge = new EdgeFixture(folder, "body-idle", "300ms")) {
            edge.route("app", origin.upstream("app-1"));
            try (Wire wire = edge.connect()) {
                wire.send("POST / HTTP/1.1\r\nHost: app.test\r\nContent-Length: 10\r\n\r\nabc");
                assertThat(wire.answer().status()).isEqualTo(408);
                assertThat(wire.isEnded()).isTrue();
            }
            Awaitility.await().until(() -> origin.openConnections() == 0);
        }
    }

    @Test
    void refusesAnOversizedHead() throws Exception {
        try (EdgeFixture edge = new EdgeFixture(folder, "head-bytes", "4096");
                Wire wire = edge.connect()) {
            wire.send("GET / HTTP/1.1\r\nHost: a.test\r\nX-Large: " + "x".repeat(8000) + "\r\n\r\n");
            assertThat(wire.answer().status()).isEqualTo(431);
            assertThat(wire.isEnded()).isTrue();
        }
    }

    @Test
    void refusesABodyThatIsTooLarge() throws Exception {
        try (Origin origin = Origin.answering("hello");
                EdgeFixture edge = new EdgeFixture(folder, "body-bytes", "1000")) {
            edge.route("app", origin.upstream("app-1"));
            try (Wire wire = edge.connect()) {
                wire.send("POST / HTTP/1.1\r\nHost: app.test\r\nContent-Length: 1001\r\n\r\n" + "x".repeat(1001));
                assertThat(wire.answer().status()).isEqualTo(413);
                assertThat(wire.isEnded()).isTrue();
            }
            try (Wire wire = edge.connect()) {
                wire.send("POST / HTTP/1.1\r\nHost: app.test\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n");
                assertThat(wire.answer().status()).isEqualTo(413);
            }
        }
    }

    @Test
    void passesOnlyWholeRequestsToTheUpstreamWhenAChunkIsMalformed() throws Exception {
        try (Origin origin = new Origin(exchange -> {
                    exchange.in().readAllBytes();
                    return false;
                });
                EdgeFixture edge = new EdgeFixture(folder)) {
            edge.route("app", origin.upstream("app-1"));
            try (Wire wire = edge.connect()) {
                wire.send("POST / HTTP/1.1\r\nHost: app.test\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nxyz");
                assertThat(wire.answer().status()).isEqualTo(400);
                assertThat(wire.isEnded()).isTrue();
            }
            Awaitility.await().until(() -> origin.openConnections() == 0);
        }
    }

    @Test
    void refusesTheSmugglingSetBeforeAnyUpstreamSeesIt() throws Exception {
        List<String> set = List.of(
                "POST / HTTP/1.1\r\nHost: app.test\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: app.test\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: app.test\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcde",
                "POST / HTTP/1.1\r\nHost: app.test\r\nContent-Length: 5, 6\r\n\r\nabcde",
                "POST / HTTP/1.1\r\nHost: app.test\r\nContent-Length: +5\r\n\r\nabcde",
                "POST / HTTP/1.1\r\nHost: app.test\r\nContent-Length: 0x5\r\n\r\nabcde",
                "POST / HTTP/1.1\r\nHost: app.test\r\nContent-Length : 5\r\n\r\nabcde",
                "POST / HTTP/1.1\r\nHost: app.test\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: app.test\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: app.test\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n0\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: app.test\r\nTransfer-Encoding:\u000bchunked\r\n\r\n0\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: app.test\r\nTransfer-Encoding\r\n: chunked\r\n\r\n0\r\n\r\n",
                "POST / HTTP/1.0\r\nHost: app.test\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: app.test\r\nHost: other.test\r\n\r\n",
                "GET / HTTP/1.1\r\n\r\n",
                "GET http://other.test/ HTTP/1.1\r\nHost: app.test\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: app.test\r\nX: a\nGET /evil HTTP/1.1\r\n\r\n",
                "GET / HTTP/1.1\nHost: app.test\n\n",
                "GET / HTTP/1.1\r\nHost: app.test\r\nX: a\r\n folded\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: app.test\r\nX: a\u0000b\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: app.test\rX: y\r\n\r\n",
                "GET /a b HTTP/1.1\r\nHost: app.test\r\n\r\n",
                "GET / HTTP/1.2\r\nHost: app.test\r\n\r\n",
                "GET / HTTP/2.0\r\nHost: app.test\r\n\r\n",
                " GET / HTTP/1.1\r\nHost: app.test\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: app.test@evil\r\n\r\n",
                "CONNECT app.test:80 HTTP/1.1\r\nHost: app.test:80\r\n\r\n");
        try (Origin origin = Origin.answering("hello");
                EdgeFixture edge = new EdgeFixture(folder)) {
            edge.route("app", origin.upstream("app-1"));
            for (String request : set) {
                try (Wire wire = edge.connect()) {
                    int status = wire.send(request).answer().status();
                    assertThat(status).as(request).isBetween(400, 505);
                    assertThat(wire.isEnded()).as(request).isTrue();
                }
            }
            assertThat(origin.heads()).isEmpty();
        }
    }

    @Test
    void waitsWithNewClientsWhenThereAreTooMany() throws Exception {
        try (Origin origin = Origin.answering("hello");
                EdgeFixture edge = new EdgeFixture(folder, "connections", "2", "loops", "1")) {
            edge.route("app", origin.upstream("app-1"));
            try (Wire third = servedAfterTwoOthers(edge)) {
                assertThat(third.answer().body()).isEqualTo("hello");
            }
        }
    }

    private static Wire servedAfterTwoOthers(EdgeFixture edge) throws IOException {
        try (Wire first = edge.connect();
                Wire second = edge.connect()) {
            assertThat(first.get("app.test", "/").answer().status()).isEqualTo(200);
            assertThat(second.get("app.test", "/").answer().status()).isEqualTo(200);
            return edge.connect().get("app.test", "/");
        }
    }
}
