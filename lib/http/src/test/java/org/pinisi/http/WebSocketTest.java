package org.pinisi.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.pinisi.flow.Flow;
import org.pinisi.flow.Flows;

final class WebSocketTest {
    private static final byte[] MASK = {1, 2, 3, 4};
    private static final byte[] NO_MASK = {};
    private static final WebSocketLimits LIMITS = new WebSocketLimits(100_000, 10);

    private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
    private final AtomicInteger ended = new AtomicInteger();

    /// A server's end that receives these bytes, no more than so many at once.
    private WebSocket server(byte[] received, int most) {
        InputStream in = new ByteArrayInputStream(received) {
            @Override
            public synchronized int read(byte[] target, int offset, int length) {
                return super.read(target, offset, Math.min(length, most));
            }
        };
        return new WebSocket(in, sent, null, "", LIMITS, ended::incrementAndGet);
    }

    private WebSocket server(byte[]... frames) {
        return server(joined(frames), Integer.MAX_VALUE);
    }

    private static byte[] joined(byte[]... frames) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] frame : frames) {
            all.writeBytes(frame);
        }
        return all.toByteArray();
    }

    private static byte[] frame(int kind, boolean last, String text) {
        return WebSocketFrame.of(kind, last, text.getBytes(StandardCharsets.UTF_8), MASK);
    }

    private static byte[] text(String text) {
        return frame(WebSocketFrame.TEXT, true, text);
    }

    private static byte[] closing(int code, String reason) {
        byte[] bytes = reason.getBytes(StandardCharsets.UTF_8);
        byte[] payload = ByteBuffer.allocate(2 + bytes.length)
                .putShort((short) code)
                .put(bytes)
                .array();
        return WebSocketFrame.of(WebSocketFrame.CLOSE, true, payload, MASK);
    }

    private static String receivedText(WebSocket socket) throws IOException {
        return socket.receive().orElseThrow() instanceof WebSocket.Message.Text(String text) ? text : "no text";
    }

    @Test
    void theExamplesOfTheStandardAreUnderstood() throws Exception {
        String hex = "818537fa213d7f9f4d5158" // Hello, masked
                + "898537fa213d7f9f4d5158" // a ping
                + "888237fa213d3412"; // closing with 1000
        WebSocket socket = server(HexFormat.of().parseHex(hex));
        assertThat(receivedText(socket)).isEqualTo("Hello");
        assertThat(socket.receive()).isEmpty();
        assertThat(socket.closing()).contains(new WebSocket.Closing(1000, ""));
        assertThat(HexFormat.of().formatHex(sent.toByteArray())).isEqualTo("8a0548656c6c6f" + "880203e8");
    }

    @Test
    void framesHaveTheShortestLength() {
        assertThat(WebSocketFrame.of(WebSocketFrame.BINARY, true, new byte[125], NO_MASK))
                .hasSize(2 + 125);
        assertThat(WebSocketFrame.of(WebSocketFrame.BINARY, true, new byte[126], NO_MASK))
                .hasSize(4 + 126);
        assertThat(WebSocketFrame.of(WebSocketFrame.BINARY, true, new byte[65_535], NO_MASK))
                .hasSize(4 + 65_535);
        assertThat(WebSocketFrame.of(WebSocketFrame.BINARY, true, new byte[65_536], NO_MASK))
                .hasSize(10 + 65_536);
    }

    @Test
    void everyMessageIsTheSameInFragmentsOfAnySize() throws Exception {
        byte[] stream = joined(
                text("héllo"),
                frame(WebSocketFrame.TEXT, false, "in "),
                frame(WebSocketFrame.PING, true, "p"),
                frame(WebSocketFrame.CONTINUATION, false, "three "),
                frame(WebSocketFrame.CONTINUATION, true, "parts"),
                WebSocketFrame.of(WebSocketFrame.BINARY, true, new byte[300], MASK),
                WebSocketFrame.of(WebSocketFrame.BINARY, true, new byte[70_000], MASK),
                text(""),
                closing(3000, "bye"));
        for (int most : new int[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 14, 100, 1000, Integer.MAX_VALUE}) {
            WebSocket socket = server(stream, most);
            assertThat(receivedText(socket)).as("by %s", most).isEqualTo("héllo");
            assertThat(receivedText(socket)).isEqualTo("in three parts");
            assertThat(((WebSocket.Message.Binary) socket.receive().orElseThrow()).bytes())
                    .hasSize(300);
            assertThat(((WebSocket.Message.Binary) socket.receive().orElseThrow()).bytes())
                    .hasSize(70_000);
            assertThat(receivedText(socket)).isEmpty();
            assertThat(socket.receive()).isEmpty();
            assertThat(socket.closing()).contains(new WebSocket.Closing(3000, "bye"));
        }
    }

    /// What a client sends against the rules, and the code with which the socket is closed.
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Case(String name, int code, byte[] bytes) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static byte[] hex(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    static Stream<Case> violations() {
        return Stream.of(
                new Case("no mask", 1002, WebSocketFrame.of(WebSocketFrame.TEXT, true, new byte[1], NO_MASK)),
                new Case("reserved bits", 1002, hex("c18001020304")),
                new Case("an unknown kind of data", 1002, hex("838001020304")),
                new Case("an unknown kind of control", 1002, hex("8b8001020304")),
                new Case("a ping in parts", 1002, hex("098001020304")),
                new Case("a ping too long", 1002, frame(WebSocketFrame.PING, true, "x".repeat(126))),
                new Case("a continuation of nothing", 1002, frame(WebSocketFrame.CONTINUATION, true, "x")),
                new Case("a message inside another", 1002, joined(frame(WebSocketFrame.TEXT, false, "a"), text("b"))),
                new Case("a length longer than needed", 1002, hex("81fe007d01020304")),
                new Case("a long length longer than needed", 1002, hex("81ff000000000000ffff01020304")),
                new Case("a negative length", 1002, hex("81ffffffffffffffffff01020304")),
                new Case(
                        "text that is not UTF-8",
                        1007,
                        WebSocketFrame.of(WebSocketFrame.TEXT, true, hex("c328"), MASK)),
                new Case("half a character", 1007, WebSocketFrame.of(WebSocketFrame.TEXT, true, hex("e282"), MASK)),
                new Case("a surrogate", 1007, WebSocketFrame.of(WebSocketFrame.TEXT, true, hex("eda080"), MASK)),
                new Case("a message too large", 1009, hex("82ff00000000000f424001020304")),
                new Case(
                        "a closing code of one byte",
                        1002,
                        WebSocketFrame.of(WebSocketFrame.CLOSE, true, new byte[1], MASK)),
                new Case("a closing code nobody may send", 1002, closing(1005, "")),
                new Case("a closing code out of range", 1002, closing(999, "")),
                new Case(
                        "a closing reason that is not UTF-8",
                        1007,
                        WebSocketFrame.of(WebSocketFrame.CLOSE, true, hex("03e8ff"), MASK)));
    }

    @ParameterizedTest
    @MethodSource("violations")
    void whoBreaksTheRulesIsToldTheCodeAndCutOff(Case each) {
        WebSocket socket = server(each.bytes);
        assertThatThrownBy(() -> {
                    while (socket.receive().isPresent()) {
                        // Until it is noticed.
                    }
                })
                .isInstanceOf(WebSocketException.class);
        byte[] told = sent.toByteArray();
        assertThat(told[0]).isEqualTo((byte) 0x88);
        assertThat(ByteBuffer.wrap(told).getShort(2) & 0xffff).isEqualTo(each.code);
        assertThat(ended).hasValue(1);
    }

    @Test
    void fragmentsTogetherAreBounded() {
        byte[] part = WebSocketFrame.of(WebSocketFrame.CONTINUATION, false, new byte[40_000], MASK);
        WebSocket large = server(frame(WebSocketFrame.BINARY, false, ""), part, part, part);
        assertThatThrownBy(large::receive).hasMessageContaining("more than 100000 bytes");
        byte[][] many = new byte[20][];
        Arrays.fill(many, frame(WebSocketFrame.CONTINUATION, false, ""));
        many[0] = frame(WebSocketFrame.TEXT, false, "");
        assertThatThrownBy(() -> server(many).receive()).hasMessageContaining("more than 10 fragments");
    }

    @Test
    void aPeerThatGoesWithoutClosingIsAnError() {
        byte[] whole = text("hello");
        for (int length = 0; length < whole.length; length++) {
            WebSocket socket = server(Arrays.copyOf(whole, length));
            assertThatThrownBy(socket::receive).isInstanceOf(EOFException.class);
        }
    }

    @Test
    void afterClosingNothingIsSentAndPingsAreNotAnswered() throws Exception {
        WebSocket socket = server(frame(WebSocketFrame.PING, true, "p"), text("late"), closing(1000, ""));
        socket.close(1000, "enough");
        assertThatThrownBy(() -> socket.send("more")).isInstanceOf(IOException.class);
        socket.ping(new byte[1]);
        assertThat(receivedText(socket)).isEqualTo("late");
        assertThat(socket.receive()).isEmpty();
        assertThat(sent.size()).isEqualTo(2 + 2 + "enough".length());
    }

    @Test
    void closingTakesWhatStillComesAndEndsTheConnection() {
        WebSocket socket = server(text("a"), text("b"), closing(1001, ""));
        socket.close();
        assertThat(socket.closing()).contains(new WebSocket.Closing(1001, ""));
        assertThat(ended).hasValue(1);
    }

    @Test
    void bothRolesTalkAtOnce() throws Exception {
        Flow[] pair = Flows.pair();
        try (WebSocket client =
                        new WebSocket(pair[0].input(), pair[0].output(), new Random(1), "", LIMITS, pair[0]::close);
                WebSocket server = new WebSocket(pair[1].input(), pair[1].output(), null, "", LIMITS, pair[1]::close)) {
            Thread echo = Thread.ofVirtual().start(() -> echo(server));
            Thread sender = Thread.ofVirtual().start(() -> {
                try {
                    for (int i = 0; i < 200; i++) {
                        client.send("message " + i);
                        client.send(new byte[i * 100]);
                        client.ping(new byte[3]);
                    }
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            for (int i = 0; i < 200; i++) {
                assertThat(receivedText(client)).isEqualTo("message " + i);
                assertThat(((WebSocket.Message.Binary) client.receive().orElseThrow()).bytes())
                        .hasSize(i * 100);
            }
            sender.join();
            client.close(1000, "");
            assertThat(client.receive()).isEmpty();
            echo.join();
        }
    }

    private static void echo(WebSocket socket) {
        try {
            for (var message = socket.receive(); message.isPresent(); message = socket.receive()) {
                switch (message.get()) {
                    case WebSocket.Message.Text(String text) -> socket.send(text);
                    case WebSocket.Message.Binary(byte[] bytes) -> socket.send(bytes);
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void whatCannotBeSentIsRefused() {
        WebSocket socket = server();
        for (int code : List.of(0, 999, 1004, 1005, 1006, 1015, 2999, 5000)) {
            assertThatThrownBy(() -> socket.close(code, "")).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> socket.close(1000, "x".repeat(124))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> socket.ping(new byte[126])).isInstanceOf(IllegalArgumentException.class);
    }
}
