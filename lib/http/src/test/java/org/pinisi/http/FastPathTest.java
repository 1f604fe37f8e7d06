package org.pinisi.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("StringConcatToTextBlock") // carriage returns matter
@ExtendWith(LeakCheck.class)
final class FastPathTest {
    private static final String LARGE = "0123456789".repeat(10_000);

    private final Loops loops = Loops.create("test", 1);
    private final AtomicReference<HttpServer> server = new AtomicReference<>();

    @TempDir
    Path folder;

    @AfterEach
    void stop() {
        server.get().close(Duration.ofMillis(1));
        loops.close();
    }

    private Wire connect(FastPath path) throws IOException {
        return connect(path, HttpLimits.defaults());
    }

    private Wire connect(FastPath path, HttpLimits limits) throws IOException {
        server.set(HttpServer.builder(Address.inet("127.0.0.1", 0), _ -> Response.text(200, "the handler"), loops)
                .fastPath(path)
                .limits(limits)
                .start());
        return new Wire(server.get().address());
    }

    private static PreparedAnswer text(String text) {
        return PreparedAnswer.status(200).text(text).build();
    }

    @Test
    void theRequestIsTold() throws IOException {
        AtomicReference<List<Object>> told = new AtomicReference<>(List.of());
        try (Wire wire = connect((request, reply) -> {
            String path = new String(
                    request.bytes(),
                    request.pathStart(),
                    request.pathEnd() - request.pathStart(),
                    StandardCharsets.US_ASCII);
            told.set(List.of(
                    request.method(),
                    path,
                    request.rawPath(),
                    request.rawQuery(),
                    request.host(),
                    request.isSecure(),
                    request.has(KnownField.RANGE),
                    String.valueOf(request.value(KnownField.COOKIE)),
                    request.first("x-more"),
                    request.first("x-none"),
                    request.methodIs("PATCH")));
            reply.send(text("x"));
            return true;
        })) {
            wire.send("PATCH http://A.example:80/a%20b?c=d HTTP/1.1\r\nHost: A.example:80\r\nX-More: yes\r\n\r\n");
            assertThat(wire.answer()).isEqualTo("HTTP/1.1 200 OK|x");
            assertThat(told.get())
                    .isEqualTo(List.of(
                            "PATCH",
                            "/a%20b",
                            "/a%20b",
                            "c=d",
                            "a.example",
                            false,
                            false,
                            "null",
                            Optional.of("yes"),
                            Optional.empty(),
                            true));
            wire.send("GET http://a HTTP/1.1\r\nHost: a\r\n\r\n").answer();
            assertThat(told.get().subList(1, 4)).isEqualTo(List.of("", "/", ""));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "gzip                                  | gzip",
                "gzip, br, zstd                        | gzip br zstd",
                "GZIP;q=0.5 ,\tBr ; Q=1.000            | gzip br",
                "x-gzip                                | gzip",
                "*                                     | gzip br zstd",
                "*;q=0                                 | ''",
                "gzip;q=0, *                           | br zstd",
                "*, br;q=0.000                         | gzip zstd",
                "identity                              | ''",
                "deflate, gzipp, brr                   | ''",
                "gzip;q=0.0, br;q=0, zstd;q=0.001      | zstd",
                "gzip;level=9, br;q                    | ''",
                "gzip q=1                              | ''",
                "', ,, gzip,'                          | gzip"
            })
    void theCodingsThatAreAcceptedAreKnown(String accepted, String expected) throws IOException {
        try (Wire wire = connect((request, reply) -> {
            StringBuilder codings = new StringBuilder();
            for (ContentCoding coding : ContentCoding.values()) {
                if (coding.isIn(request.codings())) {
                    codings.append(codings.isEmpty() ? "" : " ").append(coding.token());
                }
            }
            reply.send(text(codings.toString()));
            return true;
        })) {
            wire.send("GET / HTTP/1.1\r\nHost: h\r\nAccept-Encoding: " + accepted + "\r\n\r\n");
            assertThat(wire.answer()).isEqualTo("HTTP/1.1 200 OK|" + expected);
        }
    }

    @Test
    void eachRequestOfAConnectionHasItsOwnCodingsAndValues() throws IOException {
        try (Wire wire = connect((request, reply) -> {
            boolean known = request.valueIs(KnownField.IF_NONE_MATCH, "\"a\"");
            reply.send(text(request.codings() + " " + known));
            return true;
        })) {
            String start = "GET / HTTP/1.1\r\nHost: h\r\n";
            wire.send(start + "Accept-Encoding: gzip\r\nIf-None-Match: \"a\"\r\n\r\n");
            wire.send(start + "Accept-Encoding: br\r\nIf-None-Match: \"a\", \"b\"\r\n\r\n");
            wire.send(start + "\r\n" + start + "Accept-Encoding: gzip\r\nAccept-Encoding: br\r\n\r\n");

            int gzip = ContentCoding.GZIP.bit();
            int brotli = ContentCoding.BROTLI.bit();
            assertThat(wire.answer()).isEqualTo("HTTP/1.1 200 OK|" + gzip + " true");
            assertThat(wire.answer()).isEqualTo("HTTP/1.1 200 OK|" + brotli + " false");
            assertThat(wire.answer()).isEqualTo("HTTP/1.1 200 OK|0 false");
            assertThat(wire.answer()).isEqualTo("HTTP/1.1 200 OK|" + (gzip | brotli) + " false");
        }
    }

    @Test
    void anAnswerMayComeLaterFromAnotherThreadAndOrderIsKept() throws IOException {
        PreparedAnswer now = text("now");
        PreparedAnswer later = text("later");
        try (Wire wire = connect((request, reply) -> {
            if (request.rawPath().equals("/later")) {
                Thread.ofVirtual().start(() -> reply.send(later));
            } else {
                reply.send(now);
            }
            return true;
        })) {
            wire.send("GET /later HTTP/1.1\r\nHost: h\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n".repeat(50));
            for (int i = 0; i < 50; i++) {
                assertThat(wire.answer()).isEqualTo("HTTP/1.1 200 OK|later");
                assertThat(wire.answer()).isEqualTo("HTTP/1.1 200 OK|now");
            }
        }
    }

    @Test
    void aRequestIsAnsweredOnce() throws Exception {
        CountDownLatch refused = new CountDownLatch(2);
        try (Wire wire = connect((request, reply) -> {
            boolean loop = request.rawPath().equals("/now");
            if (loop) {
                reply.send(text("one"));
                try {
                    reply.send(text("two"));
                } catch (IllegalStateException _) {
                    refused.countDown();
                }
            } else {
                Thread.ofVirtual().start(() -> {
                    reply.send(text("one"));
                    assertThatIllegalStateException().isThrownBy(() -> reply.send(text("two")));
                    refused.countDown();
                });
            }
            return true;
        })) {
            for (String path : new String[] {"/now", "/later", "/now"}) {
                wire.send("GET " + path + " HTTP/1.1\r\nHost: h\r\n\r\n");
                assertThat(wire.answer()).isEqualTo("HTTP/1.1 200 OK|one");
            }
        }
        await().until(() -> refused.getCount() == 0);
    }

    @Test
    void aForgottenRequestEndsTheConnection() throws IOException {
        HttpLimits limits =
                HttpLimits.defaults().withTimes(Duration.ofSeconds(60), Duration.ofMillis(100), Duration.ofSeconds(60));
        try (Wire wire = connect((_, _) -> true, limits)) {
            assertThat(wire.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n").rest()).isEmpty();
        }
    }

    @Test
    void aFastPathThatFailsClosesTheConnection() throws IOException {
        try (Wire wire = connect((_, _) -> {
            throw new IllegalStateException("a defect");
        })) {
            assertThat(wire.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n").rest()).isEmpty();
        }
    }

    @Test
    void connectAndRequestsWithBodyAreNotOffered() throws IOException {
        try (Wire wire = connect((_, reply) -> {
            reply.send(text("fast"));
            return true;
        })) {
            wire.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\nx");
            assertThat(wire.answer()).isEqualTo("HTTP/1.1 200 OK|the handler");
            assertThat(wire.send("CONNECT h:1 HTTP/1.1\r\nHost: h:1\r\n\r\n").rest())
                    .startsWith("HTTP/1.1 501 ");
        }
    }

    @Test
    void everyKindOfBodyIsSentWholeInPartAndNotForHead() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), LARGE);
        List<PreparedAnswer> kinds = List.of(
                text(LARGE.substring(0, 1000)),
                text(LARGE),
                PreparedAnswer.status(200).file(file, 0, LARGE.length()).build(),
                PreparedAnswer.status(200)
                        .file(file, 10, LARGE.length() - 10)
                        .slice(10, 2000)
                        .build());
        List<String> bodies = List.of(LARGE.substring(0, 1000), LARGE, LARGE, LARGE.substring(20, 2020));
        try (Wire wire = connect((request, reply) -> {
            PreparedAnswer answer = kinds.get(request.rawPath().charAt(1) - '0');
            reply.send(request.has(KnownField.RANGE) ? answer.part(100, 50, "bytes 100-149/*") : answer);
            return true;
        })) {
            for (int kind = 0; kind < kinds.size(); kind++) {
                String rest = " /" + kind + " HTTP/1.1\r\nHost: h\r\n";
                wire.send("GET" + rest + "\r\nHEAD" + rest + "\r\nGET" + rest + "Range: x\r\n\r\n");
                assertThat(wire.answer()).isEqualTo("HTTP/1.1 200 OK|" + bodies.get(kind));
                assertThat(wire.head())
                        .contains("Content-Length: " + bodies.get(kind).length());
                String part = wire.head();
                assertThat(part).startsWith("HTTP/1.1 206 ").contains("Content-Range: bytes 100-149/*");
                assertThat(wire.bytes(50)).isEqualTo(bodies.get(kind).substring(100, 150));
            }
        }
    }

    /// Answers `/memory` and `/file` with LARGE, and `/` with a few bytes.
    private FastPath largeAndSmall() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), LARGE);
        PreparedAnswer small = text("small");
        PreparedAnswer memory = text(LARGE);
        PreparedAnswer disk =
                PreparedAnswer.status(200).file(file, 0, LARGE.length()).build();
        return (request, reply) -> {
            reply.send(
                    switch (request.rawPath()) {
                        case "/memory" -> memory;
                        case "/file" -> disk;
                        default -> small;
                    });
            return true;
        };
    }

    @Test
    void pipelinedRequestsForBodiesOfAllKindsAreAnsweredInOrder() throws IOException {
        String[] paths = {"/file", "/", "/memory", "/", "/file", "/file"};
        try (Wire wire = connect(largeAndSmall())) {
            StringBuilder all = new StringBuilder();
            for (String path : paths) {
                all.append("GET ").append(path).append(" HTTP/1.1\r\nHost: h\r\n\r\n");
            }
            wire.send(all + all.toString());
            for (int i = 0; i < 2 * paths.length; i++) {
                String path = paths[i % paths.length];
                assertThat(wire.answer()).as(path).isEqualTo("HTTP/1.1 200 OK|" + (path.equals("/") ? "small" : LARGE));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/memory", "/file"})
    void aClientThatSendsRequestsAndReadsNoAnswersIsHeldBack(String path) throws Exception {
        AtomicLong sent = new AtomicLong();
        String block = ("GET " + path + " HTTP/1.1\r\nHost: h\r\n\r\n").repeat(1000);
        connect(largeAndSmall()).close();
        Thread sender;
        try (Wire wire = new Wire(server.get().address(), 8192)) {
            sender = Thread.ofVirtual().start(() -> {
                try {
                    while (sent.addAndGet(block.length()) < 256L << 20) {
                        wire.send(block);
                    }
                } catch (IOException _) {
                    sent.addAndGet(1);
                }
            });
            await().during(Duration.ofMillis(300)).until(new Steady(sent));
            assertThat(sent.get()).isLessThan(64L << 20);
        }
        sender.join();
    }

    @Test
    void aLargeFileArrivesWholeAtAClientThatReadsSlowly() throws IOException {
        String text = "0123456789abcdef".repeat(1 << 18);
        Path file = Files.writeString(folder.resolve("file"), text);
        PreparedAnswer answer =
                PreparedAnswer.status(200).file(file, 0, text.length()).build();
        connect((_, reply) -> {
                    reply.send(answer);
                    return true;
                })
                .close();
        try (Wire slow = new Wire(server.get().address(), 4096);
                Wire other = new Wire(server.get().address())) {
            slow.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
            assertThat(slow.head()).contains("Content-Length: " + text.length());
            // What does not fit the slow client's buffers waits, and keeps nobody else.
            assertThat(other.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n").answer()).isEqualTo("HTTP/1.1 200 OK|" + text);
            assertThat(slow.bytes(text.length())).isEqualTo(text);
        }
    }

    @Test
    void aFileThatIsShorterThanPreparedIsCutSoThatTheClientNotices() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), LARGE);
        PreparedAnswer answer =
                PreparedAnswer.status(200).file(file, 0, LARGE.length() + 1).build();
        try (Wire wire = connect((_, reply) -> {
            reply.send(answer);
            return true;
        })) {
            wire.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
            assertThat(wire.head()).contains("Content-Length: " + (LARGE.length() + 1));
            assertThat(wire.rest().length()).isLessThanOrEqualTo(LARGE.length());
        }
    }

    @Test
    void aFileThatIsGoneIsA500() throws IOException {
        PreparedAnswer answer =
                PreparedAnswer.status(200).file(folder.resolve("gone"), 0, 10).build();
        try (Wire wire = connect((_, reply) -> {
            reply.send(answer);
            return true;
        })) {
            for (int i = 0; i < 2; i++) {
                wire.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
                assertThat(wire.answer()).startsWith("HTTP/1.1 500 Internal Server Error|Something went wrong");
            }
        }
    }

    @Test
    void keepingTheConnectionIsTheConnectionsBusiness() throws IOException {
        try (Wire wire = connect((_, reply) -> {
            reply.send(text("x"));
            return true;
        })) {
            wire.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
            assertThat(wire.head()).contains("Connection: keep-alive");
            wire.bytes(1);
            wire.send("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n");
            assertThat(wire.rest()).containsOnlyOnce("HTTP/1.1 200 OK").contains("Connection: close");
        }
        for (String name : new String[] {"Connection", "date", "Content-Length", "Transfer-Encoding"}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> PreparedAnswer.status(200).field(name, "x"));
        }
        assertThatIllegalArgumentException().isThrownBy(() -> text("x").part(0, 2, "x"));
    }

    @Test
    void statusesWithoutBodyAnnounceNoLength() throws IOException {
        try (Wire wire = connect((_, reply) -> {
            reply.send(PreparedAnswer.status(304).field("ETag", "\"x\"").build());
            return true;
        })) {
            assertThat(wire.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n").head())
                    .startsWith("HTTP/1.1 304 Not Modified\r\nETag: \"x\"\r\n")
                    .doesNotContain("Content-Length");
        }
    }
}
