package org.pinisi.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Flags of `pinisi site` about certificates that do not go together. Nothing is asked of anybody.
final class SiteAcmeOptionsTest {
    @TempDir
    private Path folder = Path.of("");

    private final StringWriter err = new StringWriter();

    private int site(String... flags) {
        List<String> all = new ArrayList<>(
                List.of("--data", folder.resolve("data").toString(), "site", "--remote", folder + "/site.git"));
        all.addAll(List.of(flags));
        return Main.run(
                new PrintWriter(new StringWriter(), true), new PrintWriter(err, true), all.toArray(String[]::new));
    }

    @Test
    void tlsNeedsAHostNameOrACertificate() {
        assertThat(site("--tls")).isEqualTo(ExitCodes.USAGE);
        assertThat(err.toString()).contains("--tls needs --hostname, to get a certificate for, or --certificate");
    }

    @Test
    void anAuthorityIsAskedOnlyWhenItsTermsAreAgreedTo() {
        assertThat(site("--tls", "--hostname", "www.example.org")).isEqualTo(ExitCodes.USAGE);
        assertThat(err.toString()).contains("read its terms of service, and add --acme-agree");
    }

    @Test
    void aCertificateNeedsItsKey() {
        assertThat(site("--tls", "--certificate", "chain.pem")).isEqualTo(ExitCodes.USAGE);
        assertThat(err.toString()).contains("--certificate and --private-key belong together");
    }

    @Test
    void flagsOfAcmeAreForTlsWithoutACertificate() {
        assertThat(site("--production")).isEqualTo(ExitCodes.USAGE);
        assertThat(site("--tls", "--certificate", "a", "--private-key", "b", "--acme-agree"))
                .isEqualTo(ExitCodes.USAGE);
        assertThat(err.toString()).contains("the flags of ACME are for --tls without --certificate");
    }

    @Test
    void aKindOfKeyThatIsNoneIsTold() {
        assertThat(site("--tls", "--hostname", "www.example.org", "--acme-agree", "--cert-key-type", "dsa"))
                .isEqualTo(ExitCodes.USAGE);
        assertThat(err.toString()).contains("key type \"dsa\" (expected: p256");
    }

    @Test
    void productionIsOneAuthorityAlone() {
        assertThat(site(
                        "--tls",
                        "--hostname",
                        "www.example.org",
                        "--acme-agree",
                        "--production",
                        "--acme-directory",
                        "https://acme.example/directory"))
                .isEqualTo(ExitCodes.USAGE);
        assertThat(err.toString()).contains("leave it or --acme-directory out");
    }
}
