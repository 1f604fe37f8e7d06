package org.pinisi.edge;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pinisi.http.Head;
import org.pinisi.http.HttpLimits;

final class HeadWriterTest {
    private static final String END = Wire.lines(
            "X-Forwarded-For: 192.0.2.7",
            "X-Real-IP: 192.0.2.7",
            "X-Forwarded-Proto: http",
            "X-Forwarded-Port: 80",
            "X-Forwarded-Host: a.test");
    private static final Forwarding FORWARDING = Forwarding.of(
            ForwardedStyle.X_FORWARDED, new Forwarding.Facts("192.0.2.7", "", "192.0.2.7", "http", 80, null, ""));

    /// Parses the head in fragments of each size and checks that what is written is always the same.
    private static String request(String text) {
        String first = null;
        for (int size = text.length(); size > 0; size--) {
            Head head = parse(Head.forRequests(HttpLimits.defaults()), text, size);
            ByteBuf out = Unpooled.buffer();
            HeadWriter.request(head, FORWARDING, new Trace(new SplittableRandom(1)), out);
            String written = out.toString(ISO_8859_1);
            if (first == null) {
                first = written;
            }
            assertThat(written).isEqualTo(first);
        }
        return String.valueOf(first);
    }

    private static Head parse(Head head, String text, int size) {
        ByteBuf in = Unpooled.buffer();
        boolean complete = false;
        for (int at = 0; at < text.length(); at += size) {
            in.writeBytes(text.substring(at, Math.min(text.length(), at + size)).getBytes(ISO_8859_1));
            complete = head.parse(in);
        }
        assertThat(complete).isTrue();
        return head;
    }

    private static String answer(String text, boolean unchunk, boolean chunk, boolean close, boolean stay) {
        Head head = parse(Head.forAnswers(HttpLimits.defaults()), text, text.length());
        ByteBuf out = Unpooled.buffer();
        HeadWriter.answer(head, unchunk, chunk, close, stay, HeadWriter.NOTHING, out);
        assertThat(HeadWriter.answerLength(head, unchunk, chunk, close, stay, HeadWriter.NOTHING))
                .isEqualTo(out.readableBytes());
        return out.toString(ISO_8859_1);
    }

    @Test
    void copiesWhatConcernsTheUpstream() {
        assertThat(request("GET /a?b HTTP/1.1\r\nhost: a.test\r\nCookie: x=y\r\nAccept:  */* \r\n\r\n"))
                .isEqualTo("GET /a?b HTTP/1.1\r\nhost: a.test\r\nCookie: x=y\r\nAccept:  */* \r\n" + END);
    }

    @Test
    void leavesOutWhatConcernsOneHop() {
        assertThat(request(Wire.lines(
                        "GET / HTTP/1.1",
                        "Connection: keep-alive, X-Mine",
                        "Host: a.test",
                        "Keep-Alive: 5",
                        "X-Mine: 1",
                        "X-Other: 2",
                        "Proxy-Connection: x",
                        "TE: gzip",
                        "Upgrade: x")))
                .isEqualTo("GET / HTTP/1.1\r\nHost: a.test\r\nX-Other: 2\r\n" + END);
    }

    @Test
    void tellsTheUpstreamThatTheClientTakesTrailers() {
        assertThat(request(Wire.lines("GET / HTTP/1.1", "Host: a.test", "TE: gzip, trailers")))
                .isEqualTo("GET / HTTP/1.1\r\nHost: a.test\r\nTE: trailers\r\nConnection: TE\r\n" + END);
    }

    @Test
    void keepsTheFramingWhateverConnectionNames() {
        assertThat(
                        request(
                                "POST / HTTP/1.1\r\nHost: a.test\r\nConnection: Host, Content-Length\r\nContent-Length: 3\r\n\r\n"))
                .isEqualTo("POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 3\r\n" + END);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Forwarded-For",
                "x-forwarded-for",
                "X_Forwarded_For",
                "X-Forwarded-Proto",
                "X-Forwarded-Host",
                "X-Forwarded-Port",
                "X-Forwarded-Prefix",
                "Client-Cert",
                "Client-Cert-Chain",
                "X-Client-Cert-Subject",
                "X_Client_Cert_Fingerprint",
                "X-Real-IP",
                "x_real_ip",
                "Forwarded",
                "Proxy"
            })
    void trustsNoStrangerToNameAnotherClient(String name) {
        assertThat(request("GET / HTTP/1.1\r\nHost: a.test\r\n" + name + ": 10.0.0.1\r\nX-A: b\r\n" + name
                        + ": c\r\n\r\n"))
                .isEqualTo("GET / HTTP/1.1\r\nHost: a.test\r\nX-A: b\r\n" + END);
    }

    @ParameterizedTest
    @ValueSource(strings = {"X-Forwarded", "X-Real-IP-Not", "Proxy-Authorization", "X", "P"})
    void passesNamesThatOnlyLookAlike(String name) {
        assertThat(request("GET / HTTP/1.1\r\nHost: a.test\r\n" + name + ": 1\r\n\r\n"))
                .isEqualTo("GET / HTTP/1.1\r\nHost: a.test\r\n" + name + ": 1\r\n" + END);
    }

    @Test
    void asksForAnUpgradeInItsOwnName() {
        assertThat(
                        request(
                                "GET / HTTP/1.1\r\nHost: a.test\r\nConnection: X-Mine, upgrade\r\nUpgrade: websocket\r\nX-Mine: 1\r\n\r\n"))
                .isEqualTo("GET / HTTP/1.1\r\nHost: a.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" + END);
    }

    @Test
    void writesAnAbsoluteTargetInOriginForm() {
        assertThat(request("GET http://a.test HTTP/1.1\r\nHost: a.test\r\n\r\n"))
                .isEqualTo("GET / HTTP/1.1\r\nHost: a.test\r\n" + END);
        assertThat(request("GET http://a.test/b?c HTTP/1.0\r\n\r\n"))
                .isEqualTo("GET /b?c HTTP/1.1\r\nHost: a.test\r\n" + END);
    }

    @Test
    void speaksTheNewProtocolForAnOldClient() {
        assertThat(request("GET /x HTTP/1.0\r\nHost: a.test\r\nExpect: y\r\n\r\n"))
                .isEqualTo("GET /x HTTP/1.1\r\nHost: a.test\r\n" + END);
    }

    @Test
    void copiesAnAnswerWithoutWhatConcernsOneHop() {
        assertThat(answer(
                        "HTTP/1.0 200 Fine\r\nConnection: close\r\nX-A: b\r\nKeep-Alive: 1\r\n\r\n",
                        false,
                        false,
                        false,
                        false))
                .isEqualTo("HTTP/1.1 200 Fine\r\nX-A: b\r\n\r\n");
    }

    @Test
    void saysHowTheAnswerIsFramedForThisClient() {
        assertThat(answer("HTTP/1.1 200 OK\r\nX-A: b\r\n\r\n", false, true, true, false))
                .isEqualTo("HTTP/1.1 200 OK\r\nX-A: b\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n");
        assertThat(answer(
                        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X\r\n\r\n",
                        true,
                        false,
                        false,
                        true))
                .isEqualTo("HTTP/1.1 200 OK\r\nConnection: keep-alive\r\n\r\n");
    }

    @Test
    void passesAnUpgradeAsItIs() {
        String upgrade = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
        assertThat(answer(upgrade, false, false, false, false)).isEqualTo(upgrade);
    }
}
