package org.pinisi.edge;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Answers by which an upstream could make one client see what was meant for another: the edge believes
/// none of them, or passes on what has one meaning only, and the next client gets its own answer; whole,
/// and in fragments of every size.
@Timeout(300)
@SuppressWarnings("StringConcatToTextBlock") // carriage returns matter
final class HostileUpstreamTest {
    private static final String POISON = "HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\npoisoned";
    private static final String CHUNKED = "Transfer-Encoding: chunked";

    /// What the client is to get.
    enum Outcome {
        /// The edge's own 502, since nothing of the answer had gone out.
        BAD_GATEWAY,
        /// The answer's beginning, and then an end of the connection by which nobody takes it for whole.
        CUT,
        /// The answer, and no more than that.
        ANSWER
    }

    enum Hostile {
        LENGTH_AND_CHUNKED(Outcome.BAD_GATEWAY, ok("Content-Length: 2\r\n" + CHUNKED) + "2\r\nok\r\n0\r\n\r\n"),
        CHUNKED_AND_LENGTH(Outcome.BAD_GATEWAY, ok(CHUNKED + "\r\nContent-Length: 2") + "2\r\nok\r\n0\r\n\r\n"),
        TWO_LENGTHS(Outcome.BAD_GATEWAY, ok("Content-Length: 2\r\nContent-Length: 44") + "ok" + POISON),
        TWO_EQUAL_LENGTHS(Outcome.BAD_GATEWAY, ok("Content-Length: 2\r\nContent-Length: 2") + "ok"),
        LENGTH_LIST(Outcome.BAD_GATEWAY, ok("Content-Length: 2, 2") + "ok"),
        SIGNED_LENGTH(Outcome.BAD_GATEWAY, ok("Content-Length: +2") + "ok"),
        NEGATIVE_LENGTH(Outcome.BAD_GATEWAY, ok("Content-Length: -2") + "ok"),
        LENGTH_BEYOND_ALL_NUMBERS(Outcome.BAD_GATEWAY, ok("Content-Length: 18446744073709551618") + "ok"),
        UNKNOWN_CODING(Outcome.BAD_GATEWAY, ok("Transfer-Encoding: gzip, chunked") + "0\r\n\r\n"),
        CHUNKED_TWICE(Outcome.BAD_GATEWAY, ok(CHUNKED + "\r\n" + CHUNKED) + "0\r\n\r\n"),
        OLD_VERSION_WITH_CHUNKS(Outcome.BAD_GATEWAY, "HTTP/1.0 200 OK\r\n" + CHUNKED + "\r\n\r\n0\r\n\r\n"),
        BARE_LINE_FEEDS(Outcome.BAD_GATEWAY, "HTTP/1.1 200 OK\nContent-Length: 2\n\nok"),
        BARE_LINE_FEED_IN_A_FIELD(Outcome.BAD_GATEWAY, ok("X: y\nSet-Cookie: a=b\r\nContent-Length: 2") + "ok"),
        BARE_CARRIAGE_RETURN(Outcome.BAD_GATEWAY, ok("X: y\rSet-Cookie: a=b\r\nContent-Length: 2") + "ok"),
        NUL_IN_A_VALUE(Outcome.BAD_GATEWAY, ok("X: y\0\r\nContent-Length: 2") + "ok"),
        FOLDED_FIELD(Outcome.BAD_GATEWAY, ok("X: y\r\n z\r\nContent-Length: 2") + "ok"),
        SPACE_BEFORE_THE_COLON(Outcome.BAD_GATEWAY, ok("Content-Length : 2") + "ok"),
        NO_HTTP(Outcome.BAD_GATEWAY, "SSH-2.0-OpenSSH_9.2\r\n\r\n"),
        STATUS_OF_TWO_DIGITS(Outcome.BAD_GATEWAY, "HTTP/1.1 20 OK\r\nContent-Length: 0\r\n\r\n"),
        STATUS_OF_FOUR_DIGITS(Outcome.BAD_GATEWAY, "HTTP/1.1 2000 OK\r\nContent-Length: 0\r\n\r\n"),
        SWITCHING_UNASKED(
                Outcome.BAD_GATEWAY, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n"),
        ENDLESS_HEAD(Outcome.BAD_GATEWAY, ok("X: " + "y".repeat(70_000))),
        MANY_FIELDS(Outcome.BAD_GATEWAY, ok("X: y\r\n".repeat(500) + "Content-Length: 0")),
        ENDLESS_INTERIM_ANSWERS(Outcome.BAD_GATEWAY, "HTTP/1.1 102 Processing\r\n\r\n".repeat(20_000)),
        CHUNK_SIZE_WITH_PREFIX(Outcome.CUT, ok(CHUNKED) + "0x2\r\nok\r\n0\r\n\r\n"),
        CHUNK_SIZE_NEGATIVE(Outcome.CUT, ok(CHUNKED) + "-2\r\nok\r\n0\r\n\r\n"),
        CHUNK_SIZE_OF_SEVENTEEN_DIGITS(Outcome.CUT, ok(CHUNKED) + "10000000000000002\r\nok\r\n0\r\n\r\n"),
        CHUNK_LONGER_THAN_ITS_SIZE(Outcome.CUT, ok(CHUNKED) + "1\r\nok\r\n0\r\n\r\n"),
        CHUNK_ENDED_BY_LINE_FEED(Outcome.CUT, ok(CHUNKED) + "2\nok\n0\n\n"),
        CHUNK_EXTENSION_HUGE(Outcome.CUT, ok(CHUNKED) + "2;" + "x".repeat(20_000) + "\r\nok\r\n0\r\n\r\n"),
        TRAILER_WITHOUT_COLON(Outcome.CUT, ok(CHUNKED) + "0\r\nHTTP/1.1 200 OK\r\n\r\n"),
        BYTES_AFTER_THE_LENGTH(Outcome.ANSWER, ok("Content-Length: 2") + "ok" + POISON),
        BYTES_AFTER_THE_CHUNKS(Outcome.ANSWER, ok(CHUNKED) + "2\r\nok\r\n0\r\n\r\n" + POISON),
        A_BODY_AFTER_NO_CONTENT(Outcome.ANSWER, "HTTP/1.1 204 No Content\r\n\r\n" + POISON),
        A_BODY_AFTER_NOT_MODIFIED(Outcome.ANSWER, "HTTP/1.1 304 Not Modified\r\nContent-Length: 44\r\n\r\n" + POISON),
        TWO_ANSWERS(Outcome.ANSWER, ok("Content-Length: 0") + POISON),
        CONNECTION_NAMES_THE_FRAMING(Outcome.ANSWER, ok("Content-Length: 2\r\nConnection: Content-Length") + "ok"),
        KEEP_ALIVE_THAT_IS_NONE(Outcome.ANSWER, ok("Content-Length: 2\r\nConnection: close") + "ok" + POISON);

        final Outcome outcome;
        final String text;

        Hostile(Outcome outcome, String text) {
            this.outcome = outcome;
            this.text = text;
        }
    }

    private record Script(String text, int size) {}

    private static final AtomicReference<Script> SCRIPT = new AtomicReference<>(new Script("", 1));
    private static final AtomicReference<Socket> ATTACKING = new AtomicReference<>(new Socket());
    private static Origin origin;
    private static EdgeFixture edge;
    private static Wire bystander;

    private static String ok(String fields) {
        return "HTTP/1.1 200 OK\r\n" + fields + "\r\n\r\n";
    }

    /// One loop, so that all clients share the connections to the upstream.
    @BeforeAll
    static void start(@TempDir Path folder) throws IOException {
        origin = new Origin(HostileUpstreamTest::answer);
        edge = new EdgeFixture(folder, "loops", "1");
        edge.route("app", origin.upstream("app-1"));
        bystander = edge.connect();
    }

    @AfterAll
    static void stop() throws IOException {
        bystander.close();
        edge.close();
        origin.close();
    }

    /// An honest answer, but to who asks for `/attack`.
    private static boolean answer(Origin.Exchange exchange) throws IOException {
        if (!exchange.target().equals("/attack")) {
            return exchange.ok(exchange.target());
        }
        Script script = SCRIPT.get();
        byte[] bytes = script.text.getBytes(ISO_8859_1);
        ATTACKING.set(exchange.socket());
        exchange.socket().setTcpNoDelay(true);
        for (int start = 0; start < bytes.length; start += script.size) {
            exchange.out().write(bytes, start, Math.min(script.size, bytes.length - start));
        }
        return true;
    }

    @ParameterizedTest
    @EnumSource
    void deceivesNobodyHoweverItAnswers(Hostile hostile) throws IOException {
        for (int size : sizes(hostile.text)) {
            SCRIPT.set(new Script(hostile.text, size));
            try (Wire wire = edge.connect()) {
                wire.get("app.test", "/attack");
                String all = received(wire, hostile);
                String as = "%s in fragments of %d: %s".formatted(hostile, size, all);
                switch (hostile.outcome) {
                    case BAD_GATEWAY -> assertThat(finalHead(all)).as(as).startsWith("HTTP/1.1 502 ");
                    case CUT -> assertThat(all).as(as).doesNotContain("\r\n0\r\n\r\n", "poisoned");
                    case ANSWER -> {
                        assertThat(all).as(as).matches("(?s)HTTP/1\\.1 (200|204|304) .*");
                        awaitEndWhenPoisoned(hostile);
                        assertThat(wire.get("app.test", "/own").answer().body())
                                .as(as)
                                .isEqualTo("/own");
                    }
                }
            }
            assertThat(bystander.get("app.test", "/next").answer().body())
                    .as("after %s in fragments of %d", hostile, size)
                    .isEqualTo("/next");
        }
    }

    /// What comes after an answer may come late. No proxy can know of it before; but once it is there, the edge
    /// closes the connection.
    private static void awaitEndWhenPoisoned(Hostile hostile) {
        if (hostile.text.endsWith(POISON)) {
            await().pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(1))
                    .until(() -> ATTACKING.get().isClosed());
        }
    }

    @AfterEach
    void nothingIsUnderWay() {
        await().until(() -> edge.inFlight("app", "app-1") == 0);
    }

    /// One answer where the connection goes on, else all that comes.
    private static String received(Wire wire, Hostile hostile) throws IOException {
        return switch (hostile.outcome) {
            case ANSWER -> {
                Wire.Answer answer = wire.answer();
                yield answer.head() + answer.body();
            }
            case BAD_GATEWAY -> {
                Wire.Answer answer = wire.answer();
                StringBuilder all = new StringBuilder(answer.head()).append(answer.body());
                while (answer.status() < 200) {
                    answer = wire.answer();
                    all.append(answer.head()).append(answer.body());
                }
                yield all.toString();
            }
            case CUT -> wire.rest();
        };
    }

    private static String finalHead(String all) {
        int at = all.lastIndexOf("HTTP/1.1 ");
        return at < 0 ? all : all.substring(at);
    }

    /// Every size of a short answer; of a long one, those around its ends.
    private static int[] sizes(String text) {
        int length = text.length();
        return IntStream.rangeClosed(1, length)
                .filter(size -> length < 1000 || size >= length - 1 || size == 1000)
                .toArray();
    }
}
