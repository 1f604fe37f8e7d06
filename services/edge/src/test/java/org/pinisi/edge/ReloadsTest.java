package org.pinisi.edge;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pinisi.certificates.CertificateBook;
import org.pinisi.certificates.PassPhrase;
import org.pinisi.certificates.ReloadCheck;
import org.pinisi.certificates.ReloadSignal;
import org.pinisi.http.Certificates;
import org.pinisi.http.ClientRequest;
import org.pinisi.http.ClientResponse;
import org.pinisi.http.Fields;
import org.pinisi.http.HttpClient;

/// Signals to look at the book and the configuration at once.
@Timeout(60)
final class ReloadsTest {
    private static final InstantSource CLOCK = InstantSource.system();
    private static final byte[] BODY = "{}".getBytes(UTF_8);

    @TempDir
    Path folder;

    private final CertificateBook book = CertificateBook.inMemory(CLOCK);
    private final Certificates certificates = new Certificates();
    private final ReloadSignal ours = signal((byte) 1);
    private ConfigFolder files;
    private EdgeConfiguration configuration;
    private Edge edge;

    private static ReloadSignal signal(byte first) {
        byte[] key = new byte[32];
        key[0] = first;
        try (PassPhrase phrase = PassPhrase.key(key)) {
            return ReloadSignal.of(phrase);
        }
    }

    @BeforeEach
    void start() throws IOException {
        certificates.put("one.test", TlsFiles.certified("site"));
        book.want("one.test");
        files = new ConfigFolder(folder.resolve("config"));
        files.write("routes/one.yaml", route("one"));
        configuration = EdgeConfiguration.open(
                ConfigSource.folder(files.path()),
                folder.resolve("data"),
                Map.of(
                        "listen", "127.0.0.1:0",
                        "listen-tls", "127.0.0.1:0",
                        "loops", "1",
                        "access-log", "off",
                        "stop-time", "2s"),
                Duration.ofHours(1),
                CLOCK);
        ReloadCheck check = new ReloadCheck(ours, CLOCK);
        edge = Edge.builder(configuration.setup().config())
                .configuration(configuration)
                .certificates(EdgeCertificates.fixed(certificates))
                .book(book)
                .signals(() -> check, () -> book)
                .start();
    }

    @AfterEach
    void close() {
        edge.close();
        configuration.close();
        book.close();
    }

    private static String route(String name) {
        return "hosts: " + name + ".test\ntarget: {redirect: \"https://elsewhere.test/\", status: 307}\n";
    }

    private int status(String host) throws IOException {
        try (Wire wire = new Wire(edge.addresses().getFirst())) {
            return wire.get(host, "/").answer().status();
        }
    }

    private static ClientRequest request(Fields fields, byte[] body) {
        ClientRequest request = ClientRequest.post(ReloadSignal.PATH, "application/json", body);
        for (Fields.Field field : fields.all()) {
            request = request.with(field.name(), field.value());
        }
        return request;
    }

    private String send(boolean http2, Fields fields, byte[] body) throws Exception {
        HttpClient.Builder builder = HttpClient.builder();
        try (HttpClient client = (http2 ? builder.http2PriorKnowledge() : builder.http2(false)).build();
                ClientResponse answer = client.send(edge.addresses().getFirst(), request(fields, body))) {
            return answer.status() + " " + answer.bodyAsText(10_000);
        }
    }

    @ParameterizedTest(name = "HTTP/2 {0}")
    @ValueSource(booleans = {false, true})
    void aSignedOneMakesTheEdgeLookAndSaysWhatItFound(boolean http2) throws Exception {
        files.write("routes/two.yaml", route("two"));
        assertThat(send(http2, ours.sign(BODY, CLOCK.instant()), BODY))
                .startsWith("200 the book of certificates is up to date, with 1 names\n")
                .contains("the configuration is up to date, at ");
        assertThat(status("two.test")).isEqualTo(307);
    }

    @Test
    void oneWithoutABodyIsTakenToo() throws Exception {
        assertThat(send(false, ours.sign(new byte[0], CLOCK.instant()), new byte[0]))
                .startsWith("200 ");
    }

    @Test
    void oneIsTakenOverTlsAndInFrontOfARoute() throws Exception {
        Fields fields = ours.sign(BODY, CLOCK.instant());
        StringBuilder head = new StringBuilder("POST " + ReloadSignal.PATH + " HTTP/1.1\r\nHost: one.test\r\n");
        fields.all().forEach(field -> head.append(field.name() + ": " + field.value() + "\r\n"));
        try (Wire wire = new TlsWire(edge.tlsAddresses().getFirst()).open("one.test")) {
            assertThat(wire.send(head + "Content-Length: 2\r\n\r\n{}").answer().status())
                    .isEqualTo(200);
            assertThat(wire.get("one.test", "/").answer().status())
                    .as("the connection serves on")
                    .isEqualTo(307);
        }
    }

    @Test
    void aBrokenConfigurationIsTold() throws Exception {
        files.write("routes/two.yaml", "hosts: [\n");
        assertThat(send(false, ours.sign(BODY, CLOCK.instant()), BODY))
                .startsWith("502 the book of certificates is up to date")
                .contains("the configuration serves on at ")
                .contains("routes/two.yaml");
    }

    @Test
    void oneOfAnotherPassPhraseAndOneThatIsSentAgainAreRefused() throws Exception {
        try (ReloadSignal theirs = signal((byte) 2)) {
            assertThat(send(false, theirs.sign(BODY, CLOCK.instant()), BODY))
                    .isEqualTo("403 the signal is not signed with the pass phrase of this edge\n");
        }
        assertThat(send(true, Fields.empty(), BODY)).startsWith("403 ");
        Fields fields = ours.sign(BODY, CLOCK.instant());
        assertThat(send(false, fields, BODY)).startsWith("200 ");
        assertThat(send(false, fields, BODY)).isEqualTo("403 the signal was taken already\n");
    }

    @ParameterizedTest(name = "HTTP/2 {0}")
    @ValueSource(booleans = {false, true})
    void aBodyThatIsTooLargeIsRefused(boolean http2) throws Exception {
        byte[] large = new byte[ReloadSignal.MOST_BYTES + 1];
        assertThat(send(http2, ours.sign(BODY, CLOCK.instant()), large)).startsWith("413 ");
    }

    @Test
    void anythingButAPostIsNoSignal() throws Exception {
        try (Wire wire = new Wire(edge.addresses().getFirst())) {
            assertThat(wire.get("none.test", ReloadSignal.PATH).answer().status())
                    .isEqualTo(404);
            assertThat(wire.send(Wire.lines(
                                    "POST " + ReloadSignal.PATH + "/x HTTP/1.1",
                                    "Host: none.test",
                                    "Content-Length: 0"))
                            .answer()
                            .status())
                    .isEqualTo(404);
        }
    }

    @Test
    void anEdgeThatTakesNoneHasNoSuchPage() throws Exception {
        try (EdgeFixture other = new EdgeFixture(folder.resolve("other"));
                HttpClient client = HttpClient.create();
                ClientResponse answer = client.send(
                        other.edge().addresses().getFirst(), request(ours.sign(BODY, CLOCK.instant()), BODY))) {
            assertThat(answer.status()).isEqualTo(404);
        }
    }
}
