package org.pinisi.clock;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

final class ClockServerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final String BODY = "{ \"time\": \"2026-11-21 08:09:10 +00:00\" }";

    private final Logger http = (Logger) LoggerFactory.getLogger("http");
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final ClockServer server = start("127.0.0.1", 0);

    /// Whether answers are logged, which also decides the way a request is answered.
    enum Way {
        LOGGED(true),
        QUIET(false);

        private final boolean logged;

        Way(boolean logged) {
            this.logged = logged;
        }

        Level level() {
            return logged ? Level.INFO : Level.WARN;
        }
    }

    private static ClockServer start(String ips, int port) {
        return ClockServer.start(
                new ClockConfig(ClockConfig.addresses(ips), port, LogLevels.DEFAULT),
                InstantSource.fixed(Instant.parse("2026-11-21T08:09:10Z")));
    }

    @BeforeEach
    void listenToTheLog() {
        lines.start();
        http.addAppender(lines);
        http.setAdditive(false);
        http.setLevel(Level.INFO);
    }

    @AfterEach
    void stop() {
        http.detachAppender(lines);
        server.close();
    }

    private record Answer(String head, String body) {
        static Answer read(InputStream in, boolean toHead) throws IOException {
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                int next = in.read();
                assertThat(next).as("the byte after %s", head).isNotNegative();
                head.append((char) next);
            }
            Answer answer = new Answer(head.toString(), "");
            int length = toHead ? 0 : Integer.parseInt(answer.field("Content-Length"));
            return new Answer(answer.head, new String(in.readNBytes(length), UTF_8));
        }

        String field(String name) {
            return head.lines()
                    .filter(line -> line.startsWith(name + ": "))
                    .map(line -> line.substring(name.length() + 2))
                    .findFirst()
                    .orElse("absent");
        }
    }

    /// One request on a connection that stays open.
    private Answer send(String method, String target) throws IOException {
        try (Socket socket = connect()) {
            String length = method.equals("POST") ? "Content-Length: 6\r\n\r\na body" : "\r\n";
            String request = method + " " + target + " HTTP/1.1\r\nHost: clock\r\n" + length;
            socket.getOutputStream().write(request.getBytes(UTF_8));
            return Answer.read(socket.getInputStream(), method.equals("HEAD"));
        }
    }

    private Socket connect() throws IOException {
        InetSocketAddress address = server.addresses().getFirst();
        Socket socket = new Socket(address.getAddress(), address.getPort());
        socket.setSoTimeout((int) PATIENCE.toMillis());
        return socket;
    }

    /// Sends bytes, and reads until the server closes the connection.
    private String exchange(String request) throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream().write(request.getBytes(UTF_8));
            return new String(socket.getInputStream().readAllBytes(), UTF_8);
        }
    }

    @ParameterizedTest
    @EnumSource
    void theAnswerIsTheTimeAsJson(Way way) throws Exception {
        http.setLevel(way.level());

        Answer answer = send("GET", "/");

        assertThat(answer.head()).startsWith("HTTP/1.1 200 OK\r\n");
        assertThat(answer.field("Content-Type")).isEqualTo("application/json");
        assertThat(answer.field("Date")).isEqualTo("Sat, 21 Nov 2026 08:09:10 GMT");
        assertThat(answer.body()).isEqualTo(BODY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/favicon.ico", "/a/b?c=d", "/%F0%9F%95%90", "/*"})
    void everyPathHasTheSameAnswer(String path) throws Exception {
        assertThat(send("GET", path).body()).isEqualTo(BODY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS", "BREW"})
    void everyMethodHasTheSameAnswer(String method) throws Exception {
        assertThat(send(method, "/").body()).isEqualTo(BODY);
    }

    @ParameterizedTest
    @EnumSource
    void headHasTheLengthButNoBody(Way way) throws Exception {
        http.setLevel(way.level());

        Answer answer = send("HEAD", "/");

        assertThat(answer.body()).isEmpty();
        assertThat(answer.field("Content-Length")).isEqualTo("" + BODY.length());
    }

    @ParameterizedTest
    @EnumSource
    void pipelinedRequestsEachGetAnAnswerAndThenTheConnectionCloses(Way way) throws Exception {
        http.setLevel(way.level());
        String request = "GET / HTTP/1.1\r\nHost: clock\r\n";

        String answers = exchange((request + "\r\n").repeat(4) + request + "Connection: close\r\n\r\n");

        assertThat(answers.split("HTTP/1.1 200 ", -1)).hasSize(6);
        assertThat(answers.split(Pattern.quote(BODY), -1)).hasSize(6);
    }

    @ParameterizedTest
    @EnumSource
    void anHttp10ClientIsAnsweredAndClosed(Way way) throws Exception {
        http.setLevel(way.level());

        assertThat(exchange("GET / HTTP/1.0\r\n\r\n")).contains(" 200 ").endsWith(BODY);
    }

    @Test
    void eachAnswerIsALineOfTheSourceHttp() throws Exception {
        send("GET", "/secret?token=abc");

        await().atMost(PATIENCE).until(() -> !lines.list.isEmpty());
        assertThat(lines.list).singleElement().satisfies(line -> {
            assertThat(line.getFormattedMessage()).isEqualTo("responding to");
            assertThat(line.getKeyValuePairs()).singleElement().asString().startsWith("peer=\"127.0.0.1:");
        });
    }

    @Test
    void aQuietSourceSaysNothing() throws Exception {
        http.setLevel(Level.WARN);

        send("GET", "/");
        send("POST", "/");

        assertThat(lines.list).isEmpty();
    }

    @Test
    void itListensOnEveryAddressItIsGiven() {
        try (ClockServer two = start("127.0.0.1,127.0.0.2", 0)) {
            assertThat(two.addresses())
                    .extracting(InetSocketAddress::getAddress)
                    .containsExactly(InetAddress.ofLiteral("127.0.0.1"), InetAddress.ofLiteral("127.0.0.2"));
            assertThat(two.addresses()).extracting(InetSocketAddress::getPort).doesNotContain(0);
        }
    }

    @Test
    void aPortInUseIsAnErrorThatSaysWhatToDo() {
        int taken = server.addresses().getFirst().getPort();

        assertThatExceptionOfType(ClockException.class)
                .isThrownBy(() -> start("127.0.0.1", taken))
                .withMessageContaining("127.0.0.1:" + taken)
                .withMessageContaining("choose another --port");
    }

    @Test
    void afterCloseNobodyListens() {
        ClockServer closed = start("127.0.0.1", 0);
        InetSocketAddress address = closed.addresses().getFirst();

        closed.close();

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> new Socket(address.getAddress(), address.getPort()).close());
        assertThat(List.of(address)).isEqualTo(closed.addresses());
    }
}
