package org.pinisi.edge;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pinisi.http.Address;
import org.pinisi.http.Certificates;

/// The PROXY protocol, from load balancers and to upstreams.
final class ProxyProtocolTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: app.test\r\n\r\n";
    private static final String SIGNATURE = "\r\n\r\n\0\r\nQUIT\n";

    private final Origin origin = Origin.answering("hello");

    @TempDir
    Path folder;

    @AfterEach
    void stop() throws Exception {
        origin.close();
    }

    private EdgeFixture start(String from, String... settings) {
        String[] all = new String[settings.length + 2];
        System.arraycopy(settings, 0, all, 0, settings.length);
        all[settings.length] = "proxy-protocol";
        all[settings.length + 1] = from;
        EdgeFixture edge = new EdgeFixture(folder, all);
        edge.route("app", origin.upstream("app-1"));
        return edge;
    }

    /// The head that the upstream gets after the edge has read this from a load balancer.
    private String seenAfter(String line) throws Exception {
        try (EdgeFixture edge = start("127.0.0.0/8");
                Wire wire = edge.connect()) {
            assertThat(wire.send(line + GET).answer().body()).isEqualTo("hello");
            wire.send(GET).answer();
            return origin.heads().getLast();
        }
    }

    private static String version2(int command, int family, String rest) {
        return SIGNATURE
                + (char) command
                + (char) family
                + (char) (rest.length() >> 8)
                + (char) (rest.length() & 0xff)
                + rest;
    }

    @Test
    void aReadableLineNamesTheClient() throws Exception {
        assertThat(seenAfter("PROXY TCP4 192.0.2.7 198.51.100.1 4711 443\r\n"))
                .contains("X-Forwarded-For: 192.0.2.7\r\n", "X-Real-IP: 192.0.2.7\r\n", "X-Forwarded-Port: 443\r\n");
        assertThat(seenAfter("PROXY TCP6 2001:db8::7 2001:db8::1 4711 443\r\n"))
                .contains("X-Forwarded-For: 2001:db8::7\r\n");
    }

    @Test
    void aBinaryLineNamesTheClientAndItsExtrasAreSkipped() throws Exception {
        String addresses = "\u00c0\0\2\7" + "\u00c63d\1" + "\22\147" + "\1\u00bb";
        String extra = "\3\0\4abcd" + "\4\0\1x";
        assertThat(seenAfter(version2(0x21, 0x11, addresses + extra)))
                .contains("X-Forwarded-For: 192.0.2.7\r\n", "X-Forwarded-Port: 443\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PROXY UNKNOWN\r\n", "PROXY UNKNOWN ffff::1 ffff::2 1 2\r\n", "local", "unspecified"})
    void aLineThatNamesNobodyLeavesTheBalancer(String line) throws Exception {
        String sent = switch (line) {
            case "local" -> version2(0x20, 0x00, "");
            case "unspecified" -> version2(0x21, 0x00, "");
            default -> line;
        };
        assertThat(seenAfter(sent)).contains("X-Forwarded-For: 127.0.0.1\r\n");
    }

    @Test
    void aLineMayComeInPieces() throws Exception {
        try (EdgeFixture edge = start("127.0.0.1");
                Wire wire = edge.connect()) {
            wire.socket().setTcpNoDelay(true);
            for (char c : ("PROXY TCP4 192.0.2.7 198.51.100.1 4711 443\r\n" + GET).toCharArray()) {
                wire.send(String.valueOf(c));
            }
            assertThat(wire.answer().status()).isEqualTo(200);
            assertThat(origin.heads().getLast()).contains("X-Forwarded-For: 192.0.2.7\r\n");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\nHost: app.test\r\n\r\n",
                "PROXY TCP4 192.0.2.7\r\n",
                "PROXY TCP4 192.0.2.700 198.51.100.1 4711 443\r\n",
                "PROXY TCP4 192.0.2.7 198.51.100.1 4711 70000\r\n",
                "\r\n\r\n\0\r\nQUIT\n1\u0011\0\u000c0123456789ab",
                "\r\n\r\n\0\r\nQUIT\n!\u0011\0\u00040123"
            })
    void whoMustSendALineAndSendsSomethingElseIsCutOff(String sent) throws Exception {
        try (EdgeFixture edge = start("127.0.0.1");
                Wire wire = edge.connect()) {
            assertThat(wire.send(sent).isEnded()).isTrue();
        }
        assertThat(origin.heads()).isEmpty();
    }

    @Test
    void whoMustSendALineAndIsSilentIsCutOff() throws Exception {
        try (EdgeFixture edge = start("127.0.0.1", "head-time", "100ms");
                Wire wire = edge.connect()) {
            assertThat(wire.send("PROXY TC").isEnded()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PROXY TCP4 192.0.2.7 198.51.100.1 4711 443\r\n",
                "\r\n\r\n\0\r\nQUIT\n!\u0011\0\u000c0123456789ab"
            })
    void aLineFromAStrangerIsRefused(String line) throws Exception {
        try (EdgeFixture edge = start("192.0.2.0/24");
                Wire wire = edge.connect()) {
            assertThat(wire.send(line + GET).answer().status()).isEqualTo(400);
        }
        assertThat(origin.heads()).isEmpty();
    }

    @Test
    void tlsMayFollowTheLine() throws Exception {
        Certificates certificates = new Certificates();
        certificates.put("one.test", TlsFiles.certified("site"));
        certificates.put("198.51.100.1", TlsFiles.certified("address"));
        try (EdgeFixture edge =
                new EdgeFixture(folder, certificates, "listen-tls", "127.0.0.1:0", "proxy-protocol", "127.0.0.1")) {
            edge.route("one", origin.upstream("one-1"));
            TlsWire client = new TlsWire(edge.secure());
            try (Socket plain = balanced(edge);
                    Wire wire = new Wire(client.over(plain, "one.test"))) {
                assertThat(wire.get("one.test", "/").answer().body()).isEqualTo("hello");
            }
            assertThat(origin.heads().getLast())
                    .contains("X-Forwarded-For: 192.0.2.7\r\n", "X-Forwarded-Proto: https\r\n");
            try (Socket plain = balanced(edge);
                    Socket secure = client.over(plain, "")) {
                assertThat(secure.isConnected())
                        .as("the certificate is that of the address reached")
                        .isTrue();
            }
        }
    }

    private static Socket balanced(EdgeFixture edge) throws IOException {
        Socket plain = new Socket("127.0.0.1", ((Address.Inet) edge.secure()).port());
        plain.getOutputStream().write("PROXY TCP4 192.0.2.7 198.51.100.1 4711 443\r\n".getBytes(ISO_8859_1));
        return plain;
    }

    @ParameterizedTest
    @EnumSource(
            value = ProxyProtocol.class,
            names = {"V1", "V2"})
    void whatIsWrittenIsWhatIsRead(ProxyProtocol version) throws Exception {
        for (String[] pair : new String[][] {
            {"192.0.2.7", "198.51.100.1", "192.0.2.7"},
            {"2001:db8::7", "2001:db8::1", "2001:db8::7"},
            {"192.0.2.7", "2001:db8::1", "192.0.2.7"}
        }) {
            ByteBuf out = Unpooled.buffer();
            ProxyLine.write(version, new InetSocketAddress(pair[0], 4711), new InetSocketAddress(pair[1], 443), out);
            assertThat(out.readableBytes()).isLessThanOrEqualTo(ProxyLine.LONGEST);
            assertThat(seenAfter(out.toString(ISO_8859_1)))
                    .contains("X-Forwarded-For: " + pair[2] + "\r\n", "X-Forwarded-Port: 443\r\n");
        }
    }
}
