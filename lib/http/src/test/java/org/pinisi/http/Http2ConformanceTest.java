package org.pinisi.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.pinisi.http.Http2Wire.ACK;
import static org.pinisi.http.Http2Wire.CONTINUATION;
import static org.pinisi.http.Http2Wire.DATA;
import static org.pinisi.http.Http2Wire.END_HEADERS;
import static org.pinisi.http.Http2Wire.END_STREAM;
import static org.pinisi.http.Http2Wire.GOAWAY;
import static org.pinisi.http.Http2Wire.HEADERS;
import static org.pinisi.http.Http2Wire.PADDED;
import static org.pinisi.http.Http2Wire.PING;
import static org.pinisi.http.Http2Wire.PRIORITISED;
import static org.pinisi.http.Http2Wire.PRIORITY;
import static org.pinisi.http.Http2Wire.PUSH_PROMISE;
import static org.pinisi.http.Http2Wire.RST_STREAM;
import static org.pinisi.http.Http2Wire.SETTINGS;
import static org.pinisi.http.Http2Wire.WINDOW_UPDATE;
import static org.pinisi.http.Http2Wire.ask;
import static org.pinisi.http.Http2Wire.block;
import static org.pinisi.http.Http2Wire.frame;
import static org.pinisi.http.Http2Wire.get;
import static org.pinisi.http.Http2Wire.join;
import static org.pinisi.http.Http2Wire.number;
import static org.pinisi.http.Http2Wire.ping;
import static org.pinisi.http.Http2Wire.post;
import static org.pinisi.http.Http2Wire.reset;
import static org.pinisi.http.Http2Wire.settings;
import static org.pinisi.http.Http2Wire.sized;
import static org.pinisi.http.Http2Wire.windowUpdate;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What comes of frames right and wrong (RFC 9113), each message fed whole, byte by byte and in pieces of
/// other sizes. The cases follow the sections of the RFC, as h2spec does.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(LeakCheck.class)
final class Http2ConformanceTest {
    private static final int[] FRAGMENTS = {0, 1, 2, 5, 9, 10, 64};
    private static final byte[] GET = get(1, "/");
    private static final byte[] BYTE = {'x'};

    private final Loops loops = Loops.create("test", 1);
    private final List<HttpServer> servers = new ArrayList<>();

    /// Frames after preface and settings, and what they bring about.
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Case(String name, byte[] sent, List<String> events) {
        Case(String name, byte[] sent, String... events) {
            this(name, sent, List.of(events));
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /// Gives on what comes in pieces of one size.
    private static final class Cutter extends ChannelInboundHandlerAdapter {
        private final int size;

        Cutter(int size) {
            this.size = size;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            while (bytes.isReadable()) {
                context.fireChannelRead(bytes.readRetainedSlice(Math.min(size, bytes.readableBytes())));
            }
            bytes.release();
        }
    }

    @BeforeAll
    void start() {
        FastPath fast = (request, reply) -> {
            boolean mine = request.rawPath().equals("/") || request.rawPath().equals("*");
            if (mine) {
                reply.send(PreparedAnswer.status(200).text("ok").build());
            }
            return mine;
        };
        for (int size : FRAGMENTS) {
            servers.add(HttpServer.builder(Address.inet("127.0.0.1", 0), Http2ConformanceTest::handle, loops)
                    .http2(true)
                    .http2Limits(Http2Limits.defaults().withStreams(3, 4096).withWindows(1 << 16, 1 << 20, 1 << 16))
                    .limits(HttpLimits.defaults().withHead(8192, 1000, 20))
                    .fastPath(fast)
                    .prepare(channel -> {
                        if (size > 0) {
                            channel.pipeline().addLast(new Cutter(size));
                        }
                    })
                    .start());
        }
    }

    private static Response handle(Request request) throws IOException, InterruptedException {
        if (request.rawPath().equals("/never")) {
            Thread.currentThread().join();
        }
        return Response.text(200, request.body().readAllBytes().length + " bytes");
    }

    @AfterAll
    void stop() {
        servers.forEach(server -> server.close(java.time.Duration.ofMillis(1)));
        loops.close();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void wholeAndInFragments(Case given) throws IOException {
        for (int i = 0; i < FRAGMENTS.length; i++) {
            try (Http2Wire wire = new Http2Wire(servers.get(i).address())) {
                wire.begin().send(given.sent);
                List<String> events = new ArrayList<>();
                while (events.size() < given.events.size() && !events.contains("closed")) {
                    events.add(wire.event());
                }
                assertThat(events)
                        .as("%s, in pieces of %d", given, FRAGMENTS[i])
                        .isEqualTo(given.events);
            }
        }
    }

    static Stream<Case> cases() {
        return Stream.of(frames(), streams(), settingsAndWindows(), headerBlocks(), requests(), bodies())
                .flatMap(List::stream);
    }

    private static String goAway(String code) {
        return "GOAWAY " + code;
    }

    private static List<Case> frames() {
        String protocol = goAway("PROTOCOL_ERROR");
        String size = goAway("FRAME_SIZE_ERROR");
        byte[] text = "x".getBytes(StandardCharsets.US_ASCII);
        return List.of(
                new Case("a request", GET, "200 on 1"),
                new Case("two requests", join(GET, get(3, "/")), "200 on 1", "200 on 3"),
                new Case("an unknown frame is ignored", join(frame(0x42, 0xff, 0, text), GET), "200 on 1"),
                new Case("an unknown frame on a stream is ignored", join(frame(0x42, 0, 9, text), GET), "200 on 1"),
                new Case("undefined flags are ignored", frame(HEADERS, 0xd5, 1, ask("GET", "/")), "200 on 1"),
                new Case("the reserved bit is ignored", frame(HEADERS, 5, 0x80000001, ask("GET", "/")), "200 on 1"),
                new Case("a frame too large", sized(16_385, DATA, 0, 1, new byte[100]), size),
                new Case("DATA on stream 0", frame(DATA, 0, 0, text), protocol),
                new Case("HEADERS on stream 0", frame(HEADERS, 5, 0, ask("GET", "/")), protocol),
                new Case("PRIORITY on stream 0", frame(PRIORITY, 0, 0, new byte[5]), protocol),
                new Case("RST_STREAM on stream 0", frame(RST_STREAM, 0, 0, new byte[4]), protocol),
                new Case("CONTINUATION on stream 0", frame(CONTINUATION, 4, 0, ask("GET", "/")), protocol),
                new Case("SETTINGS on a stream", frame(SETTINGS, 0, 1), protocol),
                new Case("PING on a stream", frame(PING, 0, 1, new byte[8]), protocol),
                new Case("GOAWAY on a stream", frame(GOAWAY, 0, 1, new byte[8]), protocol),
                new Case("PUSH_PROMISE of a client", frame(PUSH_PROMISE, 4, 1, number(2)), protocol),
                new Case("PRIORITY of another length", frame(PRIORITY, 0, 1, new byte[4]), "RST 1 FRAME_SIZE_ERROR"),
                new Case("RST_STREAM of another length", join(GET, frame(RST_STREAM, 0, 1, text)), "200 on 1", size),
                new Case("PING of another length", frame(PING, 0, 0, new byte[7]), size),
                new Case("GOAWAY of another length", frame(GOAWAY, 0, 0, new byte[7]), size),
                new Case("WINDOW_UPDATE of another length", frame(WINDOW_UPDATE, 0, 0, new byte[3]), size),
                new Case("SETTINGS of another length", frame(SETTINGS, 0, 0, new byte[5]), size),
                new Case("SETTINGS ACK with a payload", frame(SETTINGS, ACK, 0, new byte[6]), size),
                new Case("HEADERS without room for its priority", frame(HEADERS, 0x25, 1, new byte[3]), size),
                new Case("PING is answered", ping(), "PONG"),
                new Case("a PING's answer to nothing", join(frame(PING, ACK, 0, new byte[8]), GET), "200 on 1"),
                new Case("GOAWAY before a request", join(frame(GOAWAY, 0, 0, new byte[8]), GET), "200 on 1"),
                new Case("a padded request", padded(3, 3), "200 on 1"),
                new Case("padding only as long as the frame", padded(200, 3), protocol),
                new Case("DATA with more padding than frame", join(post(1), frame(DATA, 9, 1, BYTE)), protocol),
                new Case(
                        "padded DATA",
                        join(post(1), frame(DATA, PADDED | END_STREAM, 1, new byte[] {2, 'a', 0, 0})),
                        "200 on 1"));
    }

    private static byte[] padded(int said, int real) {
        byte[] length = {(byte) said};
        return frame(HEADERS, END_STREAM | END_HEADERS | PADDED, 1, length, ask("GET", "/"), new byte[real]);
    }

    private static List<Case> streams() {
        String protocol = goAway("PROTOCOL_ERROR");
        byte[] pending = get(1, "/never");
        return List.of(
                new Case("DATA on an idle stream", frame(DATA, 0, 1, BYTE), protocol),
                new Case("RST_STREAM on an idle stream", reset(1), protocol),
                new Case("WINDOW_UPDATE on an idle stream", windowUpdate(1, 1), protocol),
                new Case("CONTINUATION on an idle stream", frame(CONTINUATION, 4, 1, ask("GET", "/")), protocol),
                new Case("PRIORITY on an idle stream", join(frame(PRIORITY, 0, 1, new byte[5]), GET), "200 on 1"),
                new Case("a stream of an even number", get(2, "/"), protocol),
                new Case("a lower number", join(get(5, "/"), get(3, "/")), "200 on 5", "RST 3 STREAM_CLOSED"),
                new Case("the same number again", join(GET, GET), "200 on 1", "RST 1 STREAM_CLOSED"),
                new Case(
                        "DATA on a closed stream",
                        join(GET, frame(DATA, 0, 1, BYTE)),
                        "200 on 1",
                        "RST 1 STREAM_CLOSED"),
                new Case("DATA after the end", join(pending, frame(DATA, 0, 1, BYTE)), "RST 1 STREAM_CLOSED"),
                new Case("HEADERS after the end", join(pending, pending), "RST 1 PROTOCOL_ERROR"),
                new Case("DATA after a reset", join(post(1), reset(1), frame(DATA, 0, 1, BYTE)), "RST 1 STREAM_CLOSED"),
                new Case("HEADERS after a reset", join(pending, reset(1), pending), "RST 1 STREAM_CLOSED"),
                new Case("a second reset", join(pending, reset(1), reset(1), get(3, "/")), "200 on 3"),
                new Case("WINDOW_UPDATE on a closed stream", join(GET, windowUpdate(1, 9), ping()), "200 on 1", "PONG"),
                new Case(
                        "PRIORITY on a closed stream",
                        join(GET, frame(PRIORITY, 0, 1, new byte[5]), ping()),
                        "200 on 1",
                        "PONG"),
                new Case(
                        "too many streams",
                        join(pending, get(3, "/never"), get(5, "/never"), get(7, "/")),
                        "RST 7 REFUSED_STREAM"),
                new Case(
                        "a stream after a reset one",
                        join(pending, get(3, "/never"), get(5, "/never"), reset(3), get(7, "/")),
                        "200 on 7"),
                new Case("PRIORITY on itself", frame(PRIORITY, 0, 1, number(1), BYTE), "RST 1 PROTOCOL_ERROR"),
                new Case(
                        "HEADERS that depend on their stream",
                        frame(HEADERS, 5 | PRIORITISED, 1, number(1), BYTE, ask("GET", "/")),
                        protocol),
                new Case(
                        "HEADERS with a priority",
                        frame(HEADERS, 5 | PRIORITISED, 1, number(7), BYTE, ask("GET", "/")),
                        "200 on 1"));
    }

    private static List<Case> settingsAndWindows() {
        String protocol = goAway("PROTOCOL_ERROR");
        String flow = goAway("FLOW_CONTROL_ERROR");
        byte[] pending = get(1, "/never");
        return List.of(
                new Case("an unknown setting", join(settings(0x99, 7), GET), "200 on 1"),
                new Case("an acknowledgement", join(frame(SETTINGS, ACK, 0), GET), "200 on 1"),
                new Case("ENABLE_PUSH 2", settings(2, 2), protocol),
                new Case("INITIAL_WINDOW_SIZE too large", settings(4, 0x80000000), flow),
                new Case("MAX_FRAME_SIZE too small", settings(5, 16_383), protocol),
                new Case("MAX_FRAME_SIZE too large", settings(5, 1 << 24), protocol),
                new Case("ENABLE_CONNECT_PROTOCOL 2", settings(8, 2), protocol),
                new Case("an empty header table", join(settings(1, 0), GET, get(3, "/")), "200 on 1", "200 on 3"),
                new Case("no window, then one", join(settings(4, 0), GET, windowUpdate(1, 10)), "200 on 1"),
                new Case("no window, then settings", join(settings(4, 0), GET, settings(4, 10)), "200 on 1"),
                new Case(
                        "a negative window, then one",
                        join(settings(4, 1), GET, settings(4, 0), windowUpdate(1, 1), windowUpdate(1, 1)),
                        "200 on 1"),
                new Case("WINDOW_UPDATE of nothing", windowUpdate(0, 0), protocol),
                new Case(
                        "WINDOW_UPDATE of nothing for a stream",
                        join(pending, windowUpdate(1, 0)),
                        "RST 1 PROTOCOL_ERROR"),
                new Case("a window too large", windowUpdate(0, Integer.MAX_VALUE), flow),
                new Case(
                        "a stream's window too large",
                        join(pending, windowUpdate(1, Integer.MAX_VALUE)),
                        "RST 1 FLOW_CONTROL_ERROR"),
                new Case(
                        "a window too large by settings",
                        join(pending, windowUpdate(1, 1 << 30), settings(4, Integer.MAX_VALUE)),
                        flow),
                new Case(
                        "more DATA than the window",
                        join(get(3, "/"), hungry()),
                        "200 on 3",
                        "RST 5 FLOW_CONTROL_ERROR"));
    }

    /// More than 64 KiB for a handler that does not read.
    private static byte[] hungry() {
        byte[] piece = frame(DATA, 0, 5, new byte[16_384]);
        return join(frame(HEADERS, 4, 5, ask("POST", "/never")), piece, piece, piece, piece, piece);
    }

    private static List<Case> headerBlocks() {
        String protocol = goAway("PROTOCOL_ERROR");
        String compression = goAway("COMPRESSION_ERROR");
        byte[] all = ask("GET", "/");
        byte[] half = frame(HEADERS, END_STREAM, 1, all);
        return List.of(
                new Case("a block in two", join(half, frame(CONTINUATION, 4, 1)), "200 on 1"),
                new Case(
                        "a block in three",
                        join(
                                frame(HEADERS, 1, 1),
                                frame(CONTINUATION, 0, 1, all),
                                frame(CONTINUATION, 4, 1, block("a", "b"))),
                        "200 on 1"),
                new Case("CONTINUATION after the end", join(GET, frame(CONTINUATION, 4, 1, all)), "200 on 1", protocol),
                new Case("CONTINUATION of another stream", join(half, frame(CONTINUATION, 4, 3)), protocol),
                new Case("HEADERS inside a block", join(half, get(3, "/")), protocol),
                new Case("DATA inside a block", join(half, frame(DATA, 0, 1, BYTE)), protocol),
                new Case("PING inside a block", join(half, ping()), protocol),
                new Case("SETTINGS inside a block", join(half, settings()), protocol),
                new Case("WINDOW_UPDATE inside a block", join(half, windowUpdate(0, 1)), protocol),
                new Case("RST_STREAM inside a block", join(half, reset(1)), protocol),
                new Case("an unknown frame inside a block", join(half, frame(0x42, 0, 0, BYTE)), protocol),
                new Case("an index that is nowhere", request(all, 0xff, 0x80, 0x01), compression),
                new Case("the index 0", request(all, 0x80), compression),
                new Case("a table size after a field", request(all, 0x20), compression),
                new Case("a table too large", frame(HEADERS, 5, 1, bytes(0x3f, 0xff, 0xff, 0x03), all), compression),
                new Case("a table size at the beginning", frame(HEADERS, 5, 1, bytes(0x20), all), "200 on 1"),
                new Case("half a literal", request(all, 0x00, 0x05, 'a'), compression),
                new Case("a literal without value", request(all, 0x00, 0x01, 'a'), compression),
                new Case(
                        "a number too large",
                        request(all, 0x00, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f),
                        compression),
                new Case(
                        "Huffman code with the end inside",
                        request(all, 0x00, 0x01, 'a', 0x84, 0xff, 0xff, 0xff, 0xff),
                        compression),
                new Case("Huffman padding too long", request(all, 0x00, 0x01, 'a', 0x82, 0x1f, 0xff), compression),
                new Case("a list too large", get(1, "/", "a", "x".repeat(4200)), "431 on 1"),
                new Case("a list much too large", get(1, "/", "a", "x".repeat(8100)), protocol));
    }

    private static byte[] request(byte[] block, int... more) {
        return frame(HEADERS, END_STREAM | END_HEADERS, 1, block, bytes(more));
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    private static byte[] list(String... fields) {
        return frame(HEADERS, END_STREAM | END_HEADERS, 1, block(fields));
    }

    private static List<Case> requests() {
        String malformed = "RST 1 PROTOCOL_ERROR";
        String[] m = {":method", "GET"};
        List<Case> cases = new ArrayList<>();
        for (String name : List.of("connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade")) {
            cases.add(new Case(name, get(1, "/", name, "close"), malformed));
        }
        for (String name : List.of("Accept", "a b", "a\0", "a:", ":other", "", "é")) {
            cases.add(new Case("the name \"" + name + "\"", get(1, "/", name, "x"), malformed));
        }
        for (String value : List.of("a\0b", "a\rb", "a\nb", " a", "a ", "\ta", "a\u007f", "a\u0001")) {
            cases.add(new Case("the value \"" + value + "\"", get(1, "/", "a", value), malformed));
        }
        for (String name : List.of(":method", ":scheme", ":path", ":authority")) {
            cases.add(new Case(name + " twice", get(1, "/", name, "GET"), malformed));
        }
        for (String path : List.of("", "x", "*", "/a b", "/#", "/\u0001", "/é", "http://h/")) {
            cases.add(new Case("the path \"" + path + "\"", get(1, path), malformed));
        }
        for (String host : List.of("a b", "a@b", "h:", "h:x", "h:70000", "[::1", "a/b")) {
            cases.add(new Case(
                    "the host \"" + host + "\"",
                    list(":method", "GET", ":scheme", "http", ":path", "/", ":authority", host),
                    "400 on 1"));
        }
        String s = ":scheme";
        String p = ":path";
        String a = ":authority";
        cases.addAll(List.of(
                new Case("no method", list(s, "http", p, "/", a, "h"), malformed),
                new Case("no scheme", list(m[0], m[1], p, "/", a, "h"), malformed),
                new Case("no path", list(m[0], m[1], s, "http", a, "h"), malformed),
                new Case("another scheme", list(m[0], m[1], s, "ftp", p, "/", a, "h"), malformed),
                new Case("a method that is no token", list(m[0], "G T", s, "http", p, "/", a, "h"), malformed),
                new Case("a pseudo-field late", list(m[0], m[1], s, "http", p, "/", "x", "y", a, "h"), malformed),
                new Case("a status", list(m[0], m[1], s, "http", p, "/", a, "h", ":status", "200"), malformed),
                new Case("no host", list(m[0], m[1], s, "http", p, "/"), "400 on 1"),
                new Case("Host instead of authority", list(m[0], m[1], s, "http", p, "/", "host", "h"), "200 on 1"),
                new Case("Host that says the same", get(1, "/", "host", "H"), "200 on 1"),
                new Case("Host that says something else", get(1, "/", "host", "other"), malformed),
                new Case("Host twice", get(1, "/", "host", "h", "host", "h"), malformed),
                new Case("TE: trailers", get(1, "/", "te", "trailers"), "200 on 1"),
                new Case("TE: gzip", get(1, "/", "te", "gzip"), malformed),
                new Case("OPTIONS *", list(m[0], "OPTIONS", s, "http", p, "*", a, "h"), "200 on 1"),
                new Case("CONNECT", list(m[0], "CONNECT", a, "h:1"), "501 on 1"),
                new Case("CONNECT with a path", list(m[0], "CONNECT", p, "/", a, "h:1"), malformed),
                new Case("CONNECT to nobody", list(m[0], "CONNECT"), malformed),
                new Case("a protocol without CONNECT", get(1, "/", ":protocol", "websocket"), malformed),
                new Case("a path too long", get(1, "/" + "x".repeat(1000)), "414 on 1"),
                new Case("too many fields", get(1, "/", many(20)), "431 on 1"),
                new Case("an empty value", get(1, "/", "a", ""), "200 on 1"),
                new Case("a bad request, then a good one", join(get(1, "x"), get(3, "/")), malformed, "200 on 3")));
        return cases;
    }

    private static String[] many(int count) {
        String[] fields = new String[count * 2];
        for (int i = 0; i < count; i++) {
            fields[i * 2] = "f" + i;
            fields[i * 2 + 1] = "v";
        }
        return fields;
    }

    private static List<Case> bodies() {
        String malformed = "RST 1 PROTOCOL_ERROR";
        byte[] last = frame(DATA, END_STREAM, 1, BYTE);
        byte[] trailers = frame(HEADERS, END_STREAM | END_HEADERS, 1, block("a", "b"));
        return List.of(
                new Case("a body", join(post(1), last), "200 on 1"),
                new Case("a body of its length", join(post(1, "content-length", "1"), last), "200 on 1"),
                new Case("an empty body at last", join(post(1), frame(DATA, 1, 1)), "200 on 1"),
                new Case("a body too short", join(post(1, "content-length", "2"), last), malformed),
                new Case("a body too long", join(post(1, "content-length", "0"), last), malformed),
                new Case("no body of a length", get(1, "/", "content-length", "1"), malformed),
                new Case("two lengths", join(post(1, "content-length", "1", "content-length", "2"), last), malformed),
                new Case("a length that is no number", join(post(1, "content-length", "x"), last), malformed),
                new Case("a negative length", join(post(1, "content-length", "-1"), last), malformed),
                new Case("a length with a sign", join(post(1, "content-length", "+1"), last), malformed),
                new Case("a body larger than allowed", post(1, "content-length", "99999999999"), "413 on 1"),
                new Case("another expectation", post(1, "expect", "more"), "417 on 1"),
                new Case("trailers", join(post(1), frame(DATA, 0, 1, BYTE), trailers), "200 on 1"),
                new Case("trailers without a body", join(post(1), trailers), "200 on 1"),
                new Case("trailers that do not end", join(post(1), frame(HEADERS, 4, 1, block("a", "b"))), malformed),
                new Case(
                        "a pseudo-field in trailers",
                        join(post(1), frame(HEADERS, 5, 1, block(":path", "/"))),
                        malformed),
                new Case(
                        "DATA after trailers",
                        join(frame(HEADERS, 4, 1, ask("POST", "/never")), trailers, last),
                        "RST 1 STREAM_CLOSED"),
                new Case(
                        "trailers after the length is not reached",
                        join(post(1, "content-length", "2"), frame(DATA, 0, 1, BYTE), trailers),
                        malformed));
    }
}
