package org.pinisi.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.pinisi.http.Http3Wire.data;
import static org.pinisi.http.Http3Wire.frame;
import static org.pinisi.http.Http3Wire.headers;
import static org.pinisi.http.Http3Wire.join;
import static org.pinisi.http.Http3Wire.section;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Requests that are malformed (RFC 9114, sections 4.1.2, 4.2 and 4.3), or would be other ones once they are written
/// as HTTP/1.1: each is refused, and the connection serves the next one.
@ExtendWith(LeakCheck.class)
@SuppressWarnings("StringConcatToTextBlock") // carriage returns matter
final class Http3ConformanceTest {
    private static final String HOST = Http3Fixture.HOST;
    private static final String SMUGGLED = "GET /smuggled HTTP/1.1\r\nHost: one.example\r\n\r\n";
    private static final long MESSAGE_ERROR = 0x10e;
    private static final int FRAME_UNEXPECTED = 0x105;

    private static Http3Fixture server;
    private static Http3Peer peer;

    /// Refused before anybody is given them.
    enum Malformed {
        VALUE_WITH_A_REQUEST(get("x", "y\r\n\r\n" + SMUGGLED)),
        VALUE_WITH_A_FIELD(get("x", "y\r\ntransfer-encoding: chunked")),
        VALUE_WITH_LINE_FEED(get("x", "y\nz: a")),
        VALUE_WITH_CARRIAGE_RETURN(get("x", "y\rz: a")),
        VALUE_WITH_NUL(get("x", "y\0z")),
        VALUE_WITH_LEADING_BLANK(get("x", " y")),
        VALUE_WITH_TRAILING_BLANK(get("x", "y\t")),
        NAME_WITH_A_FIELD(get("x: y\r\ntransfer-encoding", "chunked")),
        NAME_WITH_COLON(get("transfer-encoding: chunked, x", "y")),
        NAME_WITH_SPACE(get("content-length ", "42")),
        NAME_WITH_NUL(get("x\0", "y")),
        NAME_IN_UPPER_CASE(get("Transfer-Encoding", "chunked")),
        NAME_PARTLY_IN_UPPER_CASE(get("accepT", "a/b")),
        NAME_EMPTY(get("", "y")),
        TRANSFER_ENCODING(get("transfer-encoding", "chunked")),
        TRANSFER_ENCODING_IDENTITY(get("transfer-encoding", "identity")),
        CONNECTION(get("connection", "content-length")),
        KEEP_ALIVE(get("keep-alive", "timeout=5")),
        PROXY_CONNECTION(get("proxy-connection", "keep-alive")),
        UPGRADE(get("upgrade", "websocket")),
        TE_OTHER_THAN_TRAILERS(get("te", "chunked")),
        METHOD_WITH_A_REQUEST(pseudo("GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\nGET", "https", "/", HOST)),
        METHOD_WITH_SPACE(pseudo("GET /smuggled", "https", "/", HOST)),
        METHOD_EMPTY(pseudo("", "https", "/", HOST)),
        METHOD_CONNECT_WITH_A_PATH(pseudo("CONNECT", "https", "/", HOST)),
        METHOD_CONNECT(headers(":method", "CONNECT", ":authority", HOST)),
        PROTOCOL_WITHOUT_CONNECT(headers(
                ":method", "GET", ":scheme", "https", ":path", "/", ":authority", HOST, ":protocol", "websocket")),
        PROTOCOL_WITH_CONNECT(headers(
                ":method", "CONNECT", ":scheme", "https", ":path", "/", ":authority", HOST, ":protocol", "websocket")),
        PATH_WITH_A_REQUEST(pseudo("GET", "https", "/ HTTP/1.1\r\nHost: a\r\n\r\n" + SMUGGLED, HOST)),
        PATH_WITH_SPACE(pseudo("GET", "https", "/smuggled HTTP/1.1 x", HOST)),
        PATH_WITH_LINE_FEED(pseudo("GET", "https", "/\nx: y", HOST)),
        PATH_WITH_FRAGMENT(pseudo("GET", "https", "/#smuggled", HOST)),
        PATH_EMPTY(pseudo("GET", "https", "", HOST)),
        PATH_WITHOUT_SLASH(pseudo("GET", "https", "smuggled", HOST)),
        PATH_ABSOLUTE(pseudo("GET", "https", "https://one.example/smuggled", HOST)),
        PATH_ASTERISK_OF_GET(pseudo("GET", "https", "*", HOST)),
        PATH_TOO_LONG(pseudo("GET", "https", "/" + "a".repeat(9000), HOST)),
        SCHEME_WITH_A_TARGET(pseudo("GET", "https://one.example/smuggled?", "/", HOST)),
        SCHEME_UNKNOWN(pseudo("GET", "gopher", "/", HOST)),
        SCHEME_EMPTY(pseudo("GET", "", "/", HOST)),
        AUTHORITY_WITH_A_FIELD(pseudo("GET", "https", "/", HOST + "\r\nx: y")),
        AUTHORITY_WITH_USER(pseudo("GET", "https", "/", "user@" + HOST)),
        AUTHORITY_WITH_PATH(pseudo("GET", "https", "/", HOST + "/smuggled")),
        AUTHORITY_WITH_SPACE(pseudo("GET", "https", "/", HOST + " other.example")),
        AUTHORITY_EMPTY(pseudo("GET", "https", "/", "")),
        AUTHORITY_OTHER_THAN_HOST(get("host", "other.example")),
        TWO_HOSTS(get("host", HOST, "host", HOST)),
        TWO_HOSTS_WITHOUT_AUTHORITY(
                headers(":method", "GET", ":scheme", "https", ":path", "/", "host", HOST, "host", "other.example")),
        NO_METHOD(headers(":scheme", "https", ":path", "/", ":authority", HOST)),
        NO_SCHEME(headers(":method", "GET", ":path", "/", ":authority", HOST)),
        NO_PATH(headers(":method", "GET", ":scheme", "https", ":authority", HOST)),
        NO_AUTHORITY(headers(":method", "GET", ":scheme", "https", ":path", "/")),
        NO_FIELDS(headers()),
        NO_PSEUDO_FIELDS(headers("host", HOST)),
        TWO_METHODS(headers(":method", "GET", ":method", "POST", ":scheme", "https", ":path", "/", ":authority", HOST)),
        TWO_PATHS(
                headers(":method", "GET", ":scheme", "https", ":path", "/", ":path", "/smuggled", ":authority", HOST)),
        TWO_SCHEMES(
                headers(":method", "GET", ":scheme", "https", ":scheme", "https", ":path", "/", ":authority", HOST)),
        TWO_AUTHORITIES(
                headers(":method", "GET", ":scheme", "https", ":path", "/", ":authority", HOST, ":authority", "other")),
        LATE_PATH(headers(":method", "GET", ":scheme", "https", ":authority", HOST, "x", "y", ":path", "/")),
        UNKNOWN_PSEUDO_FIELD(
                headers(":method", "GET", ":scheme", "https", ":path", "/", ":authority", HOST, ":x", "y")),
        STATUS_IN_A_REQUEST(
                headers(":method", "GET", ":scheme", "https", ":path", "/", ":authority", HOST, ":status", "200")),
        STATUS_FIRST(headers(":status", "200", ":method", "GET", ":scheme", "https", ":path", "/", ":authority", HOST)),
        AN_ANSWER(headers(":status", "200")),
        TWO_LENGTHS(get("content-length", "0", "content-length", "42")),
        LENGTH_LIST(get("content-length", "0, 42")),
        LENGTH_SIGNED(get("content-length", "+0")),
        LENGTH_NEGATIVE(get("content-length", "-1")),
        LENGTH_NO_NUMBER(get("content-length", "x")),
        LENGTH_EMPTY(get("content-length", "")),
        LENGTH_BEYOND_ALL_NUMBERS(get("content-length", "99999999999999999999")),
        LENGTH_BEYOND_THE_LIMIT(get("content-length", "999999999999")),
        LENGTH_WITHOUT_A_BODY(get("content-length", "42")),
        UNKNOWN_EXPECTATION(get("expect", "42-wonders"));

        private final byte[] bytes;

        Malformed(byte[] bytes) {
            this.bytes = bytes;
        }
    }

    /// Seen only when the request was given out already: broken off.
    enum Wrong {
        BODY_BEYOND_ITS_LENGTH(join(get("content-length", "0"), data(SMUGGLED))),
        BODY_A_BYTE_LONGER(join(get("content-length", "42"), data(SMUGGLED))),
        BODY_SHORTER_THAN_ITS_LENGTH(join(get("content-length", "500"), data(SMUGGLED))),
        BODY_OF_TWO_FRAMES_TOO_LONG(join(get("content-length", "50"), data(SMUGGLED), data(SMUGGLED))),
        TRAILERS_WITH_PSEUDO_FIELDS(join(get(), data("x"), headers(":path", "/smuggled"))),
        TRAILERS_WITH_LINE_FEED(join(get(), data("x"), headers("x", "y\nz: a"))),
        TRAILERS_WITH_A_FIELD_OF_THE_CONNECTION(join(get(), data("x"), headers("connection", "close"))),
        TRAILERS_WITH_A_LENGTH_THAT_IS_NO_NUMBER(join(get(), data("x"), headers("content-length", "x")));

        private final byte[] bytes;

        Wrong(byte[] bytes) {
            this.bytes = bytes;
        }
    }

    /// Frames where they may not be: the connection ends (RFC 9114, sections 4.1 and 7.2).
    enum Unexpected {
        DATA_FIRST(data("x")),
        SETTINGS(frame(0x4, new byte[0])),
        GOAWAY(frame(0x7, new byte[] {0})),
        PUSH_PROMISE(frame(
                0x5,
                join(new byte[] {0}, section(":method", "GET", ":scheme", "https", ":path", "/", ":authority", HOST)))),
        MAX_PUSH_ID(frame(0xd, new byte[] {0})),
        PING_OF_HTTP2(frame(0x6, new byte[8])),
        DATA_AFTER_TRAILERS(join(get(), headers("x", "y"), data("x"))),
        THREE_FIELD_SECTIONS(join(get(), headers("x", "y"), headers("x", "y")));

        private final byte[] bytes;

        Unexpected(byte[] bytes) {
            this.bytes = bytes;
        }
    }

    private static byte[] pseudo(String method, String scheme, String path, String authority) {
        return headers(":method", method, ":scheme", scheme, ":path", path, ":authority", authority);
    }

    private static byte[] get(String... fields) {
        String[] all = new String[8 + fields.length];
        System.arraycopy(
                new String[] {":method", "GET", ":scheme", "https", ":path", "/", ":authority", HOST}, 0, all, 0, 8);
        System.arraycopy(fields, 0, all, 8, fields.length);
        return headers(all);
    }

    @BeforeAll
    static void start() throws Exception {
        server = Http3Fixture.builder().start();
        peer = server.connect();
    }

    @AfterAll
    static void stop() {
        peer.close();
        server.close();
    }

    private static String outcome(Http3Peer.Stream stream) throws Exception {
        try {
            int status = stream.awaitAnswer().status();
            return status >= 400 && status < 600 && status != 500 ? "refused" : "answered " + status;
        } catch (Http3Peer.Reset reset) {
            return reset.code() == MESSAGE_ERROR ? "refused" : reset.toString();
        }
    }

    private static void servesTheNext() throws Exception {
        assertThat(peer.get(HOST, "/next").field("x-head")).contains("GET /next ");
    }

    @ParameterizedTest
    @EnumSource
    void malformedRequestsAreRefused(Malformed given) throws Exception {
        int before = server.echoes.accepted.get();
        Http3Peer.Stream stream = peer.open();
        stream.rawAll(given.bytes);

        assertThat(outcome(stream)).isEqualTo("refused");
        assertThat(server.echoes.accepted).hasValue(before);
        servesTheNext();
    }

    @ParameterizedTest
    @EnumSource
    void whatIsWrongBehindTheHeadBreaksTheRequestOff(Wrong given) throws Exception {
        await().until(server.echoes::isIdle);
        int before = server.echoes.completed.get();
        Http3Peer.Stream stream = peer.open();
        stream.rawAll(given.bytes);

        assertThat(outcome(stream)).isEqualTo("refused");
        await().until(server.echoes::isIdle);
        assertThat(server.echoes.completed).hasValue(before);
        servesTheNext();
    }

    @ParameterizedTest
    @EnumSource
    void framesWhereTheyMayNotBeEndTheConnection(Unexpected given) throws Exception {
        try (Http3Peer other = server.connect()) {
            Http3Peer.Stream stream = other.open();
            stream.raw(given.bytes);

            assertThat(other.ended()).isEqualTo(FRAME_UNEXPECTED);
        }
        servesTheNext();
    }

    @Test
    void framesThatNobodyKnowsMayComeAnywhere() throws Exception {
        byte[] unknown = frame(Http3Wire.UNKNOWN, new byte[100]);
        Http3Peer.Stream stream = peer.open();
        stream.rawAll(join(unknown, get(), unknown, data("bo"), unknown, data("dy"), unknown));

        assertThat(stream.awaitAnswer().text()).isEqualTo("body");
    }

    @Test
    void aRequestMayComeByteByByte() throws Exception {
        Http3Peer.Stream stream = peer.open();
        byte[] bytes = join(get("content-length", "4"), data("body"));
        for (byte piece : bytes) {
            stream.raw(new byte[] {piece});
        }
        stream.end();

        assertThat(stream.awaitAnswer().text()).isEqualTo("body");
    }

    @Test
    void hostInPlaceOfAuthorityAndTrailersInTeAreWellFormed() throws Exception {
        Http3Peer.Stream stream = peer.open();
        stream.rawAll(headers(":method", "GET", ":scheme", "https", ":path", "/", "host", HOST, "te", "trailers"));

        assertThat(stream.awaitAnswer().field("x-head")).contains("host: " + HOST);
    }
}
