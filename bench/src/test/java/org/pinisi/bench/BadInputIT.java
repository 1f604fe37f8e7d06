package org.pinisi.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What no well-behaved client sends, to the page's port and to the edge's: each gets one clear answer, and all serves
/// on.
final class BadInputIT {
    private static final int LONGER_THAN_ANY_HEAD = 64 << 10;
    /// Beyond the ten seconds that a head may take.
    private static final int PATIENCE_MILLIS = 30_000;

    @RegisterExtension
    static final Running running = new Running();

    /// A port that speaks HTTP, by what is behind it.
    enum Port {
        WEB("127.0.0.1"),
        EDGE("app.localhost");

        private final String host;

        Port(String host) {
            this.host = host;
        }

        int number() {
            return this == WEB ? running.pinisi().webPort() : running.pinisi().edgePort();
        }

        String head(String line) {
            return line + " HTTP/1.1\r\nHost: " + host + "\r\n";
        }
    }

    static Stream<Port> ports() {
        return Stream.of(Port.values());
    }

    @BeforeAll
    static void anAppServes() {
        running.liveNode("app");
    }

    @ParameterizedTest
    @MethodSource("ports")
    void anOversizedHeaderIs431(Port port) {
        Answer answer =
                Answer.raw(port.number(), port.head("GET /") + "X: " + "x".repeat(LONGER_THAN_ANY_HEAD) + "\r\n\r\n");

        assertThat(answer.status()).isEqualTo(431);
        allServes();
    }

    @ParameterizedTest
    @MethodSource("ports")
    void tooManyFieldsAre431(Port port) {
        Answer answer = Answer.raw(port.number(), port.head("GET /") + "A: b\r\n".repeat(200) + "\r\n");

        assertThat(answer.status()).isEqualTo(431);
        allServes();
    }

    @ParameterizedTest
    @MethodSource("ports")
    void aHeadThatNeverEndsIs408(Port port) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", port.number())) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.getOutputStream().write(port.head("GET /").getBytes(UTF_8));

            assertThat(Answer.read(socket.getInputStream()).status()).isEqualTo(408);
        }
        allServes();
    }

    @ParameterizedTest
    @MethodSource("ports")
    void aChunkedBodyCutShortEndsItsConnectionAlone(Port port) {
        Answer answer = Answer.cutShort(
                port.number(),
                port.head("POST /git/app.git/git-receive-pack") + "Transfer-Encoding: chunked\r\n\r\n5\r\nhal");

        // An app may answer before it has read all, and Git tells of failures inside a 200: so no status is asked for.
        assertThat(answer.body()).doesNotContain("unpack ok");
        allServes();
    }

    @ParameterizedTest
    @MethodSource("ports")
    void aChunkThatIsNoneIs400(Port port) {
        Answer answer = Answer.raw(
                port.number(),
                port.head("POST /") + "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\nsails\r\n\r\n");

        assertThat(answer.status()).isBetween(400, 499);
        allServes();
    }

    @ParameterizedTest
    @MethodSource("ports")
    void twoLengthsAre400(Port port) {
        Answer answer =
                Answer.raw(port.number(), port.head("POST /") + "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabc");

        assertThat(answer.status()).isEqualTo(400);
        allServes();
    }

    @ParameterizedTest
    @MethodSource("ports")
    void wordsThatAreNoRequestAre400(Port port) {
        assertThat(Answer.raw(port.number(), "ahoy there\r\n\r\n").status()).isEqualTo(400);
        allServes();
    }

    @Test
    void anUnknownHostIsAPageThatSaysSo() {
        Answer answer = Answer.get(running.pinisi().edgePort(), "nobody.localhost", "/");

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.body()).contains("No service answers to this name here");
    }

    @Test
    void aPushCutShortChangesNothing() {
        Answer answer = Answer.cutShort(
                running.pinisi().webPort(),
                Port.WEB.head("POST /git/app.git/git-receive-pack")
                        + "Content-Type: application/x-git-receive-pack-request\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n00a4\r\n9\r\n0000");

        // Git's protocol may tell of the failure inside a 200; what counts is that nothing was taken.
        assertThat(answer.body()).doesNotContain("unpack ok");
        allServes();
        assertThat(running.pinisi().run("apps").output()).containsPattern("app +live +1 ");
    }

    private static void allServes() {
        assertThat(running.get("app").body()).isEqualTo("v1");
        assertThat(running.page("/").status()).isEqualTo(200);
    }
}
