package org.pinisi.certificates;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.pinisi.http.Certified;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The files are made by hand, as Contruno's encoder writes them.
class ContrunoFileTest {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final Instant END = Instant.parse("2027-02-19T12:00:00Z");
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final Certified certified = TestCertificate.of(NOW.minusSeconds(60), END, "example.org");

    static String pem(X509Certificate certificate) {
        try {
            StringBuilder text = new StringBuilder();
            CertificateFile.append(text, "CERTIFICATE", certificate.getEncoded());
            return text.toString();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    static String keyPem(Certified certified) {
        StringBuilder text = new StringBuilder();
        CertificateFile.append(text, "PRIVATE KEY", certified.key().getEncoded());
        return text.toString();
    }

    static ArrayNode single(Certified certified) {
        ArrayNode pair = MAPPER.createArrayNode();
        ArrayNode chain = pair.addArray();
        certified.chain().forEach(certificate -> chain.add(pem(certificate)));
        return pair.add(keyPem(certified));
    }

    static ObjectNode file(ArrayNode own) {
        ObjectNode root = MAPPER.createObjectNode();
        root.set("own_cert", own);
        return root.put("ip", "10.0.0.2");
    }

    private static ContrunoFile read(String name, ObjectNode node) {
        return ContrunoFile.read(name, MAPPER.writeValueAsBytes(node), NOW);
    }

    @Test
    void aSingleCertificateIsTakenWithItsKeyAndTarget() {
        ContrunoFile file = read("example.org", file(single(certified)));
        BookEntry entry = file.entry().orElseThrow();
        assertThat(entry.name()).isEqualTo("example.org");
        assertThat(entry.target()).contains("10.0.0.2");
        assertThat(entry.protocols()).containsExactly("http/1.1", "h2");
        assertThat(entry.chain()).isEqualTo(certified.chain());
        assertThat(entry.certified().orElseThrow().key()).isEqualTo(certified.key());
        assertThat(entry.provenance().orElseThrow().source()).isEqualTo(Provenance.Source.GIVEN);
        assertThat(file.notes()).isEmpty();
    }

    @Test
    void ofSeveralTheLongestLivingIsTaken() {
        Certified longer = TestCertificate.of(NOW, END.plus(Duration.ofDays(1)), "example.org");
        ArrayNode own = MAPPER.createArrayNode().add(single(certified)).add(single(longer));
        ContrunoFile file = read("example.org", file(own));
        assertThat(file.entry().orElseThrow().chain()).isEqualTo(longer.chain());
        assertThat(file.notes()).containsExactly("of its 2 certificates the one that lives longest is taken");
    }

    @Test
    void severalWithADefaultAreRead() {
        Certified other = TestCertificate.of(NOW, END, "other.example");
        ArrayNode own = MAPPER.createArrayNode().add(single(certified));
        own.addArray().add(single(other));
        ContrunoFile file = read("example.org", file(own));
        assertThat(file.entry().orElseThrow().chain()).isEqualTo(certified.chain());
        assertThat(file.notes())
                .containsExactly("a certificate of [other.example] is not for example.org, and is not taken");
    }

    @Test
    void aDefaultAndNoOthersIsRead() {
        ArrayNode own = MAPPER.createArrayNode().add(single(certified));
        own.addArray();
        assertThat(read("example.org", file(own)).entry().orElseThrow().certified())
                .isPresent();
    }

    @ParameterizedTest
    @CsvSource({"80, 80", "32767, 32767", "-25536, 40000", "-1, 65535", "-32768, 32768", "40000, 40000"})
    void aPortThatDidNotFitIsWhatWasMeant(int written, int meant) {
        ContrunoFile file = read("example.org", file(single(certified)).put("port", written));
        assertThat(file.entry().orElseThrow().target()).contains("10.0.0.2:" + meant);
        assertThat(file.notes()).hasSize(written < 0 ? 1 : 0);
    }

    @ParameterizedTest
    @CsvSource({"0", "-32769", "65536", "70000"})
    void aPortThatIsNoneIsTold(int port) {
        ContrunoFile file = read("example.org", file(single(certified)).put("port", port));
        assertThat(file.entry()).isEmpty();
        assertThat(file.notes())
                .singleElement()
                .satisfies(note -> assertThat(note).contains("\"port\" is " + port));
    }

    @Test
    void anAddressOfVersionSixKeepsItsPort() {
        ContrunoFile file = read(
                "example.org", file(single(certified)).put("ip", "2001:DB8::1").put("port", 8080));
        assertThat(file.entry().orElseThrow().target()).contains("[2001:db8::1]:8080");
    }

    @Test
    void oneProtocolIsTakenForHttp1AsContrunoDoes() {
        ObjectNode one = file(single(certified));
        one.putArray("alpn").addObject();
        ContrunoFile file = read("example.org", one);
        assertThat(file.entry().orElseThrow().protocols()).containsExactly("http/1.1");
        assertThat(file.notes()).hasSize(1);
        ObjectNode both = file(single(certified));
        both.putArray("alpn").add(MAPPER.createObjectNode()).add(MAPPER.createObjectNode());
        assertThat(read("example.org", both).entry().orElseThrow().protocols()).containsExactly("http/1.1", "h2");
    }

    @Test
    void theExpiredCertificateOfAFreshEntryIsLeftAndItsTargetTaken() {
        Certified expired =
                TestCertificate.of(NOW.minus(Duration.ofDays(10)), NOW.minus(Duration.ofDays(5)), "example.org");
        ContrunoFile file = read("example.org", file(single(expired)));
        assertThat(file.entry().orElseThrow().target()).contains("10.0.0.2");
        assertThat(file.entry().orElseThrow().certified()).isEmpty();
        assertThat(file.notes())
                .containsExactly("its certificate expired at 2026-11-16T12:00:00Z, and is not taken; the edge asks for"
                        + " a new one");
    }

    @Test
    void aWildcardCertificateIsNotTheFilesNames() {
        ContrunoFile file = read("a.example.org", file(single(TestCertificate.of(NOW, END, "*.example.org"))));
        assertThat(file.entry().flatMap(BookEntry::certified)).isEmpty();
        assertThat(file.notes())
                .singleElement()
                .satisfies(note -> assertThat(note).contains("is not for a.example.org"));
    }

    @Test
    void aKeyOfAnotherCertificateIsTold() {
        Certified other = TestCertificate.of(NOW, END, "example.org");
        ContrunoFile file = read("example.org", file(single(new Certified(certified.chain(), other.key()))));
        assertThat(file.entry().flatMap(BookEntry::certified)).isEmpty();
        assertThat(file.notes())
                .singleElement()
                .satisfies(note -> assertThat(note).contains("the private key does not belong to the certificate"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{ | this is no JSON",
                "[] | expected is a JSON object",
                "{} | \"ip\" is missing",
                "{\"ip\": 7} | \"ip\" is no text",
                "{\"ip\": \"host\"} | \"ip\" is \"host\" (expected: an IP address)",
                "{\"ip\": \"10.0.0.2\"} | \"own_cert\" is missing",
                "{\"ip\": \"10.0.0.2\", \"own_cert\": \"x\"} | none of the shapes",
                "{\"ip\": \"10.0.0.2\", \"own_cert\": [[\"x\"]]} | none of the shapes",
                "{\"ip\": \"10.0.0.2\", \"own_cert\": [[], \"key\"]} | none of the shapes",
                "{\"ip\": \"10.0.0.2\", \"own_cert\": [], \"port\": \"80\"} | \"port\" is no whole number",
                "{\"ip\": \"10.0.0.2\", \"own_cert\": [], \"port\": 80.5} | \"port\" is no whole number",
                "{\"ip\": \"10.0.0.2\", \"own_cert\": [], \"alpn\": {}} | \"alpn\" is no list",
            })
    void aMalformedFileIsSkippedAndSaysWhy(String text, String why) {
        ContrunoFile file = ContrunoFile.read("example.org", text.getBytes(UTF_8), NOW);
        assertThat(file.entry()).isEmpty();
        assertThat(file.notes())
                .singleElement()
                .satisfies(note -> assertThat(note).contains(why));
    }

    @Test
    void malformedPemLeavesTheTarget() {
        String text = "{\"ip\": \"10.0.0.2\", \"own_cert\": [[\"no pem\"], \"no key\"]}";
        ContrunoFile file = ContrunoFile.read("example.org", text.getBytes(UTF_8), NOW);
        assertThat(file.entry().flatMap(BookEntry::target)).isEqualTo(Optional.of("10.0.0.2"));
        assertThat(file.notes())
                .singleElement()
                .satisfies(note -> assertThat(note).contains("not taken: no certificate"));
    }

    @ParameterizedTest
    @CsvSource({"README.md", ".gitignore", "LICENSE_TEXT", "a b"})
    void filesThatAreNoDomainsAreSkipped(String name) {
        ContrunoFile file = ContrunoFile.read(name, "# hello".getBytes(UTF_8), NOW);
        assertThat(file.entry()).isEmpty();
        assertThat(file.notes()).hasSize(1);
    }
}
