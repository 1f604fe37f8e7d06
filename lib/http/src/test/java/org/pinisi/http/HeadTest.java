package org.pinisi.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@SuppressWarnings("StringConcatToTextBlock") // carriage returns matter
final class HeadTest {
    private static final HttpLimits LIMITS = HttpLimits.defaults();
    private static final String REQUEST = "POST /shop/a%20b?x=1&y=%2F HTTP/1.1\r\n"
            + "Host: Example.org:8080\r\nuser-agent:  probe \t(x; y)  \r\nconnection: keep-alive, X-Trace\r\n"
            + "X-Trace: 17\r\nContent-length: 12\r\nTE: trailers\r\nEmpty:\r\nExpect: 100-Continue\r\n\r\n";
    private static final String ANSWER = "HTTP/1.1 404 Not Found\r\nDate: Mon, 01 Jan 2024 00:00:00 GMT\r\n"
            + "Server: other\r\nTransfer-Encoding: chunked\r\nKeep-Alive: timeout=5\r\n\r\n";

    static Stream<Integer> sizes() {
        return IntStream.rangeClosed(1, REQUEST.length()).boxed();
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void aRequestMeansTheSameInFragmentsOfEverySize(int size) {
        String whole = Bytes.describe(Bytes.parse(Head.forRequests(LIMITS), REQUEST, REQUEST.length()));

        assertThat(Bytes.describe(Bytes.parse(Head.forRequests(LIMITS), REQUEST, size)))
                .isEqualTo(whole);
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void anAnswerMeansTheSameInFragmentsOfEverySize(int size) {
        String whole = Bytes.describe(Bytes.parse(Head.forAnswers(LIMITS), ANSWER, ANSWER.length()));

        assertThat(Bytes.describe(Bytes.parse(Head.forAnswers(LIMITS), ANSWER, size)))
                .isEqualTo(whole);
    }

    @Test
    void aRequestIsReadWithItsFieldsAndFraming() {
        Head head = Bytes.parse(Head.forRequests(LIMITS), REQUEST, REQUEST.length());

        assertThat(head.method()).isEqualTo("POST");
        assertThat(head.target()).isEqualTo("/shop/a%20b?x=1&y=%2F");
        assertThat(head.text(head.pathStart(), head.pathEnd())).isEqualTo("/shop/a%20b");
        assertThat(head.text(head.queryStart(), head.targetEnd())).isEqualTo("x=1&y=%2F");
        assertThat(head.host()).isEqualTo("example.org");
        assertThat(head.text(head.hostEnd(), head.authorityEnd())).isEqualTo(":8080");
        assertThat(head.framing()).isEqualTo(Framing.LENGTH);
        assertThat(head.contentLength()).isEqualTo(12);
        assertThat(head.isKeepAlive()).isTrue();
        assertThat(head.expectsContinue()).isTrue();
        assertThat(head.value(1)).isEqualTo("probe \t(x; y)");
        assertThat(head.value(KnownField.HOST)).isEqualTo("Example.org:8080");
        assertThat(head.value(KnownField.COOKIE)).isNull();
        assertThat(head.length()).isEqualTo(REQUEST.length());
    }

    @Test
    void connectionOptionsAndTheFieldsTheyNameAreHopByHop() {
        Head head = Bytes.parse(Head.forRequests(LIMITS), REQUEST, REQUEST.length());

        assertThat(IntStream.range(0, head.fieldCount())
                        .filter(head::isHopByHop)
                        .mapToObj(head::name))
                .containsExactly("Connection", "X-Trace", "TE");
    }

    @Test
    void theHostCannotBeNamedAsHopByHop() {
        Head head = Bytes.parse(
                Head.forRequests(LIMITS), "GET / HTTP/1.1\r\nHost: a\r\nConnection: host, content-length\r\n\r\n", 9);

        assertThat(head.isHopByHop(0)).isFalse();
    }

    @Test
    void fieldLinesCanBeCopiedByOffsets() {
        Head head = Bytes.parse(Head.forAnswers(LIMITS), ANSWER, ANSWER.length());
        ByteBuf out = Unpooled.buffer();

        head.copyTo(out, head.nameStart(0), head.lineEnd(1));
        head.copyTo(out, head.fieldsEnd(), head.length());

        assertThat(out.toString(StandardCharsets.US_ASCII))
                .isEqualTo("Date: Mon, 01 Jan 2024 00:00:00 GMT\r\nServer: other\r\n\r\n");
    }

    @Test
    void oneObjectReadsMessageAfterMessage() {
        Head head = Head.forRequests(LIMITS);
        ByteBuf in = Bytes.of("GET /one HTTP/1.1\r\nHost: a\r\nCookie: x\r\nConnection: close\r\n\r\n"
                + "\r\nGET /two HTTP/1.1\r\nHost: b\r\n\r\n");

        assertThat(head.parse(in)).isTrue();
        in.skipBytes(head.length());
        head.reset();
        assertThat(head.parse(in)).isTrue();

        assertThat(head.target()).isEqualTo("/two");
        assertThat(head.has(KnownField.COOKIE)).isFalse();
        assertThat(head.isKeepAlive()).isTrue();
        assertThat(head.isHopByHop(0)).isFalse();
    }

    @Test
    void theFourTargetFormsAreToldApart() {
        assertThat(request("GET /a HTTP/1.1\r\nHost: h\r\n\r\n").form()).isEqualTo(TargetForm.ORIGIN);
        assertThat(request("OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n").form()).isEqualTo(TargetForm.ASTERISK);
        assertThat(request("CONNECT h:443 HTTP/1.1\r\nHost: h:443\r\n\r\n").form())
                .isEqualTo(TargetForm.AUTHORITY);
        Head absolute = request("GET HTTP://H:80?q HTTP/1.1\r\nHost: h:80\r\n\r\n");
        assertThat(absolute.form()).isEqualTo(TargetForm.ABSOLUTE);
        assertThat(absolute.host()).isEqualTo("h");
        assertThat(absolute.pathStart()).isEqualTo(absolute.pathEnd());
        assertThat(absolute.queryStart()).isPositive();
    }

    @Test
    void anAddressLiteralIsAHost() {
        assertThat(request("GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n").host()).isEqualTo("[::1]");
    }

    @Test
    void anOldPeerKeepsTheConnectionOnlyWhenItAsks() {
        assertThat(request("GET / HTTP/1.0\r\n\r\n").isKeepAlive()).isFalse();
        assertThat(request("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n").isKeepAlive())
                .isTrue();
    }

    @Test
    void anUpgradeNeedsBothFields() {
        assertThat(request("GET / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
                        .isUpgrade())
                .isTrue();
        assertThat(request("GET / HTTP/1.1\r\nHost: h\r\nConnection: upgrade\r\n\r\n")
                        .isUpgrade())
                .isFalse();
    }

    @Test
    void anAnswersFramingFollowsItsStatusAndFields() {
        assertThat(answer("HTTP/1.1 200 OK\r\n\r\n").framing()).isEqualTo(Framing.UNTIL_CLOSE);
        assertThat(answer("HTTP/1.1 200 OK\r\n\r\n").isKeepAlive()).isFalse();
        assertThat(answer("HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n").framing())
                .isEqualTo(Framing.NONE);
        assertThat(answer("HTTP/1.1 204 No Content\r\n\r\n").framing()).isEqualTo(Framing.NONE);
        assertThat(answer("HTTP/1.1 304 \r\nContent-Length: 9\r\n\r\n").framing())
                .isEqualTo(Framing.NONE);
        assertThat(answer("HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n")
                        .isUpgrade())
                .isTrue();
    }

    @Test
    void anAnswerToHeadHasNoBody() {
        Head head = Head.forAnswers(LIMITS);
        head.reset(true);

        Bytes.parse(head, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", 7);

        assertThat(head.framing()).isEqualTo(Framing.NONE);
        assertThat(head.contentLength()).isEqualTo(5);
    }

    @Test
    void manyFieldsGrowTheArrays() {
        StringBuilder text = new StringBuilder("GET / HTTP/1.1\r\nHost: h\r\n");
        for (int i = 0; i < 100; i++) {
            text.append("X-").append(i).append(": ").append("v".repeat(i)).append("\r\n");
        }
        Head head = request(text.append("\r\n").toString());

        assertThat(head.fieldCount()).isEqualTo(101);
        assertThat(head.value(100)).isEqualTo("v".repeat(99));
    }

    private static Head request(String text) {
        return Bytes.parse(Head.forRequests(LIMITS), text, text.length());
    }

    private static Head answer(String text) {
        return Bytes.parse(Head.forAnswers(LIMITS), text, text.length());
    }
}
