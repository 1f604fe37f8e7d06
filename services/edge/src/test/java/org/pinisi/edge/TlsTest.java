package org.pinisi.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pinisi.http.Certificates;

/// TLS between clients and the edge.
final class TlsTest {
    private final Certificates certificates = new Certificates();
    private final Origin origin = Origin.answering("hello");

    @TempDir
    Path folder;

    private EdgeFixture edge;
    private TlsWire client;

    TlsTest() {
        for (String name : List.of("one.test", "two.test", "*.wild.test", "bücher.test")) {
            certificates.put(name, TlsFiles.certified("site"));
        }
    }

    @BeforeEach
    void start() {
        edge = new EdgeFixture(folder, certificates, "listen-tls", "127.0.0.1:0");
        edge.route("one", origin.upstream("one-1"));
        client = new TlsWire(edge.secure());
    }

    @AfterEach
    void stop() throws Exception {
        edge.close();
        origin.close();
    }

    @Test
    void answersAndTellsTheUpstream() throws Exception {
        try (Wire wire = client.open("one.test")) {
            assertThat(wire.get("one.test", "/a").answer().body()).isEqualTo("hello");
            assertThat(wire.get("one.test", "/b").answer().body()).isEqualTo("hello");
        }
        assertThat(origin.heads())
                .allSatisfy(head -> assertThat(head)
                        .contains("X-Forwarded-Proto: https\r\n")
                        .contains("X-Forwarded-Host: one.test\r\n"));
    }

    @Test
    void anUnknownNameIsRefusedWithItsAlert() {
        assertThatThrownBy(() -> client.connect("unknown.test"))
                .isInstanceOf(SSLException.class)
                .hasMessageContaining("unrecognized_name");
        assertThatThrownBy(() -> client.connect("deep.below.wild.test")).hasMessageContaining("unrecognized_name");
    }

    @Test
    void aNameIsFoundInAnyCaseByWildcardAndAsIdn() throws Exception {
        for (String name : List.of("ONE.Test", "any.wild.test", "xn--bcher-kva.test")) {
            assertThat(client.shownFor(name)).as(name).isEqualTo("CN=one.test");
        }
    }

    @Test
    void whoNamesNoneGetsTheCertificateOfTheAddressElseTheDefault() throws Exception {
        assertThatThrownBy(() -> client.connect("")).hasMessageContaining("unrecognized_name");
        certificates.put("", TlsFiles.certified("other"));
        assertThat(client.shownFor("")).isEqualTo("CN=other.test");
        certificates.put("127.0.0.1", TlsFiles.certified("address"));
        assertThat(client.shownFor("")).isEqualTo("CN=address");
    }

    @Test
    void aNewCertificateIsShownAtOnceAndOpenConnectionsGoOn() throws Exception {
        try (Wire wire = client.open("one.test")) {
            wire.get("one.test", "/").answer();
            certificates.put("one.test", TlsFiles.certified("other"));
            assertThat(new TlsWire(edge.secure()).shownFor("one.test")).isEqualTo("CN=other.test");
            assertThat(wire.get("one.test", "/").answer().status()).isEqualTo(200);
        }
    }

    @Test
    void theProtocolIsAgreedOn() throws Exception {
        try (SSLSocket socket = client.connect("one.test", "spdy/1", "http/1.1")) {
            assertThat(socket.getApplicationProtocol()).isEqualTo("http/1.1");
        }
        assertThatThrownBy(() -> client.connect("one.test", "spdy/1")).hasMessageContaining("no_application_protocol");
    }
}
