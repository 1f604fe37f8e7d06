package org.pinisi.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pinisi.http.Address;
import org.pinisi.http.Certificates;

/// TLS that the edge passes on unopened, chosen by the name in its first message.
final class PassthroughTest {
    private static final int PATIENCE = 20_000;
    private final Certificates certificates = new Certificates();
    private ServerSocket upstream;

    @TempDir
    Path folder;

    private EdgeFixture edge;

    @BeforeEach
    void start() throws IOException {
        certificates.put("one.test", TlsFiles.certified("site"));
        upstream = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        upstream.setSoTimeout(PATIENCE);
        edge = new EdgeFixture(
                folder, certificates, "listen-tls", "127.0.0.1:0", "connect-time", "1s", "access-log", "off");
    }

    @AfterEach
    void stop() throws IOException {
        edge.close();
        upstream.close();
    }

    private void route(boolean proxyProtocol, Address... addresses) {
        List<Upstream> upstreams = new ArrayList<>();
        for (Address address : addresses) {
            upstreams.add(new Upstream("secret-" + upstreams.size(), address));
        }
        edge.edge()
                .routes()
                .put(new EdgeRoute("secret", List.of("secret.test"), new Target.Passthrough(upstreams, proxyProtocol)));
    }

    private Address address() {
        return new Address.Inet("127.0.0.1", upstream.getLocalPort());
    }

    private Socket client() throws IOException {
        Socket socket = new Socket("127.0.0.1", ((Address.Inet) edge.secure()).port());
        socket.setSoTimeout(PATIENCE);
        return socket;
    }

    private Socket accepted() throws IOException {
        Socket socket = upstream.accept();
        socket.setSoTimeout(PATIENCE);
        return socket;
    }

    /// The first message of a handshake.
    private static byte[] hello(String name) throws Exception {
        SSLEngine engine = SSLContext.getDefault().createSSLEngine(name, 443);
        engine.setUseClientMode(true);
        ByteBuffer out = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        engine.wrap(ByteBuffer.allocate(0), out);
        byte[] bytes = new byte[out.flip().remaining()];
        out.get(bytes);
        return bytes;
    }

    @Test
    void theHandshakeIsWithTheUpstream() throws Exception {
        Certificates others = new Certificates();
        others.put("secret.test", TlsFiles.certified("other"));
        Path elsewhere = Files.createDirectory(folder.resolve("behind"));
        try (Origin origin = Origin.answering("hello");
                EdgeFixture behind = new EdgeFixture(elsewhere, others, "listen-tls", "127.0.0.1:0")) {
            behind.route("secret", origin.upstream("secret-1"));
            route(false, behind.secure());
            TlsWire client = new TlsWire(edge.secure());
            assertThat(client.shownFor("secret.test")).isEqualTo("CN=other.test");
            assertThat(client.shownFor("one.test")).isEqualTo("CN=one.test");
            try (Wire wire = client.open("secret.test")) {
                assertThat(wire.get("secret.test", "/").answer().body()).isEqualTo("hello");
            }
        }
    }

    @Test
    void everyByteArrivesAsItWasSentEvenInPieces() throws Exception {
        route(false, address());
        byte[] hello = hello("secret.test");
        try (Socket client = client()) {
            client.setTcpNoDelay(true);
            for (byte b : hello) {
                client.getOutputStream().write(b);
            }
            try (Socket server = accepted()) {
                assertThat(server.getInputStream().readNBytes(hello.length)).isEqualTo(hello);
            }
        }
    }

    @RepeatedTest(5)
    void eachSideMayEndItsSendingAndStillListen() throws Exception {
        route(false, address());
        byte[] hello = hello("secret.test");
        byte[] much = new byte[3 << 20];
        new Random(7).nextBytes(much);
        try (Socket client = client()) {
            client.getOutputStream().write(hello);
            try (Socket server = accepted()) {
                client.shutdownOutput();
                assertThat(server.getInputStream().readAllBytes()).isEqualTo(hello);
                Thread.ofVirtual().start(() -> send(server, much));
                assertThat(client.getInputStream().readAllBytes()).isEqualTo(much);
            }
        }
        await().untilAsserted(
                        () -> assertThat(edge.edge().health().connections()).isZero());
    }

    private static void send(Socket socket, byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
            socket.shutdownOutput();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Test
    void anUpstreamThatDoesNotReadStopsItsClient() throws Exception {
        route(false, address());
        try (SocketChannel client =
                SocketChannel.open(new InetSocketAddress("127.0.0.1", ((Address.Inet) edge.secure()).port()))) {
            client.write(ByteBuffer.wrap(hello("secret.test")));
            try (Socket server = accepted()) {
                client.configureBlocking(false);
                long sent = 0;
                int refused = 0;
                ByteBuffer piece = ByteBuffer.allocate(64 << 10);
                while (refused < 50 && sent < (256L << 20)) {
                    int written = client.write(piece.clear());
                    sent += written;
                    refused = written == 0 ? refused + 1 : 0;
                    if (written == 0) {
                        LockSupport.parkNanos(10_000_000);
                    }
                }
                assertThat(sent).as("bytes that someone has taken").isLessThan(64L << 20);
                assertThat(server.getInputStream().read()).isGreaterThanOrEqualTo(0);
            }
        }
    }

    @Test
    void theUpstreamMayBeToldWhoTheClientIs() throws Exception {
        route(true, address());
        byte[] hello = hello("secret.test");
        try (Socket client = client()) {
            client.getOutputStream().write(hello);
            try (Socket server = accepted()) {
                byte[] line = server.getInputStream().readNBytes(28);
                assertThat(HexFormat.of().formatHex(line, 0, 24))
                        .isEqualTo("0d0a0d0a000d0a515549540a2111000c7f0000017f000001");
                assertThat(ByteBuffer.wrap(line, 24, 2).getShort() & 0xffff).isEqualTo(client.getLocalPort());
                assertThat(server.getInputStream().readNBytes(hello.length)).isEqualTo(hello);
            }
        }
    }

    @Test
    void anotherUpstreamIsTriedWhenOneIsDown() throws Exception {
        int unused;
        try (ServerSocket gone = new ServerSocket(0)) {
            unused = gone.getLocalPort();
        }
        Address down = new Address.Inet("127.0.0.1", unused);
        route(false, down, address());
        for (int i = 0; i < 2; i++) {
            try (Socket client = client()) {
                client.getOutputStream().write(hello("secret.test"));
                accepted().close();
            }
        }
        route(false, down);
        try (Socket client = client()) {
            client.getOutputStream().write(hello("secret.test"));
            assertThat(new Wire(client).isEnded()).isTrue();
        }
        assertThat(edge.stats("secret").requests()).isEqualTo(3);
        assertThat(edge.stats("secret").badGateway()).isEqualTo(1);
    }

    @Test
    void aConnectionWithoutBytesForLongIsClosed() throws Exception {
        edge.close();
        edge = new EdgeFixture(folder, certificates, "listen-tls", "127.0.0.1:0", "tunnel-idle", "200ms");
        route(false, address());
        try (Socket client = client()) {
            client.getOutputStream().write(hello("secret.test"));
            try (Socket server = accepted()) {
                assertThat(new Wire(client).isEnded()).isTrue();
                server.getInputStream().skipNBytes(hello("secret.test").length);
                assertThat(new Wire(server).isEnded()).isTrue();
            }
        }
    }

    @Test
    void aFirstMessageThatNeverEndsOrIsNoTlsIsRefused() throws Exception {
        route(false, address());
        byte[] endless = new byte[70_000];
        for (int at = 0; at + 5 < endless.length; at += 5 + 4096) {
            byte[] head = {22, 3, 1, 16, 0};
            System.arraycopy(head, 0, endless, at, 5);
        }
        endless[5] = 1;
        endless[6] = 0;
        endless[7] = (byte) 0xff;
        endless[8] = (byte) 0xff;
        for (byte[] sent :
                List.of(endless, "GET / HTTP/1.1\r\nHost: secret.test\r\n\r\n".getBytes(StandardCharsets.US_ASCII))) {
            try (Socket client = client()) {
                try {
                    client.getOutputStream().write(sent);
                } catch (IOException cut) {
                    assertThat(cut).hasMessageMatching(".*(pipe|reset).*");
                }
                Wire wire = new Wire(client);
                int answered = 0;
                while (!wire.isEnded()) {
                    answered++;
                }
                assertThat(answered).as("bytes of an alert").isLessThan(100);
            }
        }
        upstream.setSoTimeout(1);
        assertThatThrownBy(() -> upstream.accept()).isInstanceOf(SocketTimeoutException.class);
    }
}
