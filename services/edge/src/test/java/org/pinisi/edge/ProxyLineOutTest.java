package org.pinisi.edge;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.pinisi.http.Address;
import org.pinisi.http.Certificates;
import org.pinisi.http.HttpServer;
import org.pinisi.http.Loops;
import org.pinisi.http.Response;
import org.pinisi.http.TlsServer;

/// Upstreams that are told by a PROXY line whose each connection is.
@Timeout(60)
final class ProxyLineOutTest {
    private static final String NO_LINE = "no line";
    private static final int VERSION_2_BYTES = 28;

    @TempDir
    Path folder;

    private final Loops loops = Loops.create("test", 1);
    private final Certificates certificates = new Certificates();
    private final List<AutoCloseable> open = new CopyOnWriteArrayList<>();
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private EdgeFixture edge;

    @BeforeEach
    void start() {
        certificates.put("", TlsFiles.certified("address"));
        edge = new EdgeFixture(folder, "loops", "1");
    }

    @AfterEach
    void close() throws Exception {
        edge.close();
        for (AutoCloseable each : open) {
            each.close();
        }
        loops.close();
    }

    /// A listener that takes the line off each connection and passes the rest on to a server that knows
    /// nothing of it.
    private Address behindLines(Address server) throws IOException {
        ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        open.add(listener);
        Thread.ofVirtual().start(() -> {
            while (true) {
                try {
                    Socket socket = listener.accept();
                    open.add(socket);
                    Socket there = new Socket(InetAddress.getLoopbackAddress(), ((Address.Inet) server).port());
                    open.add(there);
                    lines.add(line(socket.getInputStream()));
                    pipe(socket.getInputStream(), there);
                    pipe(there.getInputStream(), socket);
                } catch (IOException closed) {
                    return;
                }
            }
        });
        return Address.inet("127.0.0.1", listener.getLocalPort());
    }

    private static void pipe(InputStream from, Socket to) {
        Thread.ofVirtual().start(() -> {
            try (OutputStream out = to.getOutputStream()) {
                from.transferTo(out);
            } catch (IOException closed) {
                // The other side sees it too.
                return;
            }
        });
    }

    /// Who the line says the client is, as ADDRESS:PORT.
    private static String line(InputStream in) throws IOException {
        int first = in.read();
        if (first == 'P') {
            StringBuilder text = new StringBuilder("P");
            while (text.charAt(text.length() - 1) != '\n') {
                text.append((char) in.read());
            }
            String[] words = text.toString().strip().split(" ", -1);
            return words[0].equals("PROXY") && words[1].equals("TCP4") ? words[2] + ":" + words[4] : NO_LINE;
        }
        byte[] rest = in.readNBytes(VERSION_2_BYTES - 1);
        if (first != '\r' || !new String(rest, 0, 11, ISO_8859_1).equals("\n\r\n\0\r\nQUIT\n")) {
            return NO_LINE;
        }
        return (rest[15] & 0xff) + "." + (rest[16] & 0xff) + "." + (rest[17] & 0xff) + "." + (rest[18] & 0xff) + ":"
                + ((rest[23] & 0xff) << 8 | (rest[24] & 0xff));
    }

    private HttpServer server(boolean secure, boolean http2) {
        HttpServer.Builder builder = HttpServer.builder(
                        Address.inet("127.0.0.1", 0), request -> Response.text(200, "hello"), loops)
                .http2(http2);
        if (secure) {
            TlsServer tls = TlsServer.builder(certificates).build();
            open.add(tls);
            builder.tls(tls);
        }
        HttpServer server = builder.start();
        open.addFirst(() -> server.close(Duration.ofMillis(10)));
        return server;
    }

    private static String address(Wire wire) {
        return "127.0.0.1:" + wire.socket().getLocalPort();
    }

    private void twoClients(Upstream upstream) throws IOException {
        edge.route("app", upstream);
        try (Wire one = edge.connect();
                Wire two = edge.connect()) {
            for (int i = 0; i < 3; i++) {
                assertThat(one.get("app.test", "/").answer().body()).isEqualTo("hello");
                assertThat(two.get("app.test", "/").answer().body()).isEqualTo("hello");
            }
            assertThat(lines).containsExactlyInAnyOrder(address(one), address(two));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"V1", "V2"})
    void eachClientHasAConnectionOfItsOwnThatSaysSo(ProxyProtocol version) throws Exception {
        twoClients(new Upstream("app-1", behindLines(server(false, false).address())).withProxyProtocol(version));
    }

    @ParameterizedTest
    @EnumSource(names = {"V1", "V2"})
    void soWithHttp2(ProxyProtocol version) throws Exception {
        twoClients(new Upstream("app-1", behindLines(server(false, true).address()))
                .withProtocol(UpstreamProtocol.H2C)
                .withProxyProtocol(version));
    }

    @Test
    void soWithTlsAndHttp2() throws Exception {
        twoClients(secure(server(true, true)));
    }

    @Test
    void soWithTlsAlone() throws Exception {
        twoClients(secure(server(true, false)));
    }

    private Upstream secure(HttpServer server) throws IOException {
        return new Upstream("app-1", behindLines(server.address()))
                .withProtocol(UpstreamProtocol.HTTPS)
                .withTls(new UpstreamTls(
                        Optional.empty(),
                        false,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty()))
                .withProxyProtocol(ProxyProtocol.V2);
    }
}
