package org.pinisi.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CertifiedTest {
    private final Certificates certificates = new Certificates();

    @ParameterizedTest
    @CsvSource({"one, one.key", "one, one.sec1.key", "rsa, rsa.key", "rsa, rsa.pkcs1.key"})
    void keysOfEveryFormAreRead(String certificate, String key) {
        Certified read = Certified.parse(TlsPeer.pem(certificate + ".crt"), TlsPeer.pem(key));

        assertThat(read.key().getFormat()).isEqualTo("PKCS#8");
    }

    @Test
    void keyAndCertificateMayShareAFileWithOtherThings(@TempDir Path folder) throws Exception {
        Path both = Files.writeString(
                folder.resolve("both.pem"),
                "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n"
                        + TlsPeer.pem("one.sec1.key") + TlsPeer.pem("one.crt") + TlsPeer.pem("rsa.crt"));

        assertThat(Certified.fromPem(both, both).chain()).hasSize(2);
    }

    @Test
    void whatBelongsToAnotherCertificateIsRefused() {
        assertThatThrownBy(() -> Certified.parse(TlsPeer.pem("one.crt"), TlsPeer.pem("other.key")))
                .isInstanceOf(HttpException.class)
                .hasMessageContaining("does not belong to the certificate of CN=one.example");
        assertThatThrownBy(() -> Certified.parse(TlsPeer.pem("one.crt"), TlsPeer.pem("rsa.key")))
                .isInstanceOf(HttpException.class)
                .hasMessageContaining("does not belong");
    }

    @ParameterizedTest
    @ValueSource(strings = {"one.encrypted.key", "one.encrypted8.key"})
    void aKeyWithPassphraseIsRefusedPlainly(String key) {
        assertThatThrownBy(() -> Certified.parse(TlsPeer.pem("one.crt"), TlsPeer.pem(key)))
                .hasMessageContaining("has a passphrase");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "no pem",
                "-----BEGIN PRIVATE KEY-----",
                "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
                "-----BEGIN EC PRIVATE KEY-----\nMA==\n-----END EC PRIVATE KEY-----",
                "-----BEGIN EC PRIVATE KEY-----\nMIQAAAAA\n-----END EC PRIVATE KEY-----",
                "-----BEGIN EC PRIVATE KEY-----\nMIT/////\n-----END EC PRIVATE KEY-----",
                "-----BEGIN RSA PRIVATE KEY-----\n====\n-----END RSA PRIVATE KEY-----"
            })
    void whatIsNoKeyIsRefused(String pem) {
        assertThatThrownBy(() -> Certified.parse(TlsPeer.pem("one.crt"), pem)).isInstanceOf(HttpException.class);
    }

    @Test
    void whatIsNoCertificateIsRefused() {
        for (String pem : new String[] {"", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"}) {
            assertThatThrownBy(() -> Certified.parse(pem, TlsPeer.pem("one.key")))
                    .isInstanceOf(HttpException.class);
        }
    }

    @Test
    void theKeyIsNotShown() {
        assertThat(TlsPeer.certified("one")).hasToString("Certified[CN=one.example]");
    }

    @Test
    void anExactNameComesBeforeAWildcardWhichStandsForOneLabel() {
        Certified exact = TlsPeer.certified("one");
        Certified wild = TlsPeer.certified("wild");
        certificates.put("a.Wild.example", exact);
        certificates.put("*.wild.example", wild);

        assertThat(certificates.find("a.wild.example")).containsSame(exact);
        assertThat(certificates.find("b.wild.example")).containsSame(wild);
        for (String other : new String[] {"wild.example", "a.b.wild.example", ".wild.example", "", "x"}) {
            assertThat(certificates.find(other)).as(other).isEmpty();
        }
    }

    @Test
    void certificatesComeAndGo() {
        Certified one = TlsPeer.certified("one");
        certificates.put("", one);
        assertThat(certificates.find("")).containsSame(one);
        certificates.remove("");
        assertThat(certificates.find("")).isEmpty();
        certificates.put("a", one);
        certificates.swap(Map.of("b", one));
        assertThat(certificates.find("a")).isEmpty();
        assertThat(certificates.find("b")).containsSame(one);
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", "*.", "a b", "*.*.x", ".x", "x.", "a/b", "x*"})
    void whatIsNoNameIsRefused(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> certificates.put(name, TlsPeer.certified("one")));
    }
}
