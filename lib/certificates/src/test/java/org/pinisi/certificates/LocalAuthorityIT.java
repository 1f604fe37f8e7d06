package org.pinisi.certificates;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pinisi.http.Certified;
import org.pinisi.process.Command;
import org.pinisi.process.Finished;
import org.pinisi.process.Launch;
import org.pinisi.process.Limits;
import org.pinisi.process.Marker;
import org.pinisi.process.Output;
import org.pinisi.process.Processes;
import org.pinisi.process.Sandbox;

/// What OpenSSL says of our local authority.
final class LocalAuthorityIT {
    @TempDir
    Path folder;

    private final CertificateBook book = CertificateBook.inMemory(InstantSource.system());
    private final LocalAuthority authority =
            new LocalAuthority(Issuer.Local.standard(), book, new CertificateMaker(), InstantSource.system());

    @AfterEach
    void close() {
        book.close();
    }

    private boolean verifies(String name) throws Exception {
        Certified leaf = authority.issue(List.of(SubjectName.parse(name)), KeyType.P256.generate());
        Files.writeString(
                folder.resolve("leaf.pem"), TestPem.certificate(leaf.chain().getFirst()));
        Files.writeString(
                folder.resolve("root.pem"),
                TestPem.certificate(authority.root().chain().getFirst()));
        Finished finished = Processes.detect()
                .run(
                        new Launch(
                                new Command(
                                        List.of("openssl", "verify", "-x509_strict", "-CAfile", "root.pem", "leaf.pem"),
                                        folder,
                                        Map.of("PATH", System.getenv("PATH"))),
                                new Marker(
                                        "PINISI_TEST_OPENSSL", UUID.randomUUID().toString()),
                                new Output.Append(folder.resolve("openssl.log")),
                                new Sandbox.None(),
                                Limits.none()),
                        Duration.ofSeconds(20),
                        Duration.ofSeconds(1));
        return finished.succeeded();
    }

    @ParameterizedTest
    @ValueSource(strings = {"app.localhost", "*.app.localhost", "db.internal", "127.0.0.1", "::1", "192.168.1.9"})
    void privateNamesVerify(String name) throws Exception {
        assertThat(verifies(name))
                .as(Files.exists(folder.resolve("openssl.log")) ? log() : "")
                .isTrue();
    }

    private String log() throws Exception {
        return Files.readString(folder.resolve("openssl.log"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bank.example.com", "192.0.2.1", "2001:db8::1"})
    void othersDoNot(String name) throws Exception {
        assertThat(verifies(name)).isFalse();
        assertThat(log()).contains("permitted subtree violation");
    }

    @Test
    void theRootIsTheSameAgain() {
        assertThat(authority.root().chain()).isEqualTo(authority.root().chain());
    }
}
