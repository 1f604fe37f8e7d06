package org.pinisi.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(LeakCheck.class)
final class LoopsTest {
    private static final int SIZE = 200_000;

    @TempDir
    private Path folder = Path.of("");

    enum Transport {
        BEST,
        PORTABLE;

        Loops open() {
            return switch (this) {
                case BEST -> Loops.create("best", 2);
                case PORTABLE -> Loops.portable("portable", 2);
            };
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyTransportServesFilesOverTcpAndUnixSockets(Transport transport) throws Exception {
        Files.writeString(folder.resolve("large.txt"), "x".repeat(SIZE));
        Map<String, PreparedAnswer> prepared = Map.of(
                "/small.txt",
                PreparedAnswer.status(200).text("small").build(),
                "/large.txt",
                PreparedAnswer.status(200)
                        .file(folder.resolve("large.txt"), 0, SIZE)
                        .build());
        FastPath path = (request, reply) -> {
            PreparedAnswer answer = prepared.get(request.rawPath());
            if (answer != null) {
                reply.send(answer);
            }
            return answer != null;
        };
        Handler handler = _ -> Response.file(folder.resolve("large.txt"));
        for (Address address : new Address[] {Address.inet("127.0.0.1", 0), Address.unix(folder.resolve("s"))}) {
            try (Loops loops = transport.open();
                    HttpServer server = HttpServer.builder(address, handler, loops)
                            .fastPath(path)
                            .start();
                    HttpClient client = HttpClient.create()) {
                assertThat(get(client, server.address(), ClientRequest.get("/small.txt")))
                        .isEqualTo("small");
                assertThat(get(client, server.address(), ClientRequest.get("/large.txt")))
                        .hasSize(SIZE);
                assertThat(get(client, server.address(), ClientRequest.post("/", "text/plain", new byte[9])))
                        .hasSize(SIZE);
            }
        }
    }

    private static String get(HttpClient client, Address address, ClientRequest request) throws InterruptedException {
        try (ClientResponse answer = client.send(address, request)) {
            return answer.bodyAsText(SIZE);
        }
    }

    @Test
    void aSocketThatIsInUseIsNotTakenAwayButAStaleOneIs() throws Exception {
        Address address = Address.unix(folder.resolve("s"));
        try (Loops loops = Loops.create("test", 1)) {
            HttpServer.Builder builder = HttpServer.builder(address, _ -> Response.empty(204), loops);
            try (HttpServer first = builder.start()) {
                assertThatThrownBy(builder::start)
                        .isInstanceOf(HttpException.class)
                        .hasMessageContaining("another program listens on " + first.address());
            }
            try (ServerSocketChannel left = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
                left.bind(UnixDomainSocketAddress.of(folder.resolve("s")));
            }
            builder.start().close();
        }
    }

    @Test
    void somethingElseAtTheSocketsPathIsLeftAlone() throws Exception {
        Path file = Files.writeString(folder.resolve("s"), "precious");
        try (Loops loops = Loops.create("test", 1)) {
            HttpServer.Builder builder = HttpServer.builder(Address.unix(file), _ -> Response.empty(204), loops);
            assertThatThrownBy(builder::start).isInstanceOf(HttpException.class).hasMessageContaining("something else");
        }
        assertThat(file).hasContent("precious");
    }

    @Test
    void atLeastOneThreadIsNeeded() {
        assertThatIllegalArgumentException().isThrownBy(() -> Loops.create("none", 0));
    }
}
