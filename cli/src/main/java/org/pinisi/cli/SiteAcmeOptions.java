package org.pinisi.cli;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import org.pinisi.certificates.CertificateException;
import org.pinisi.certificates.DnsSettings;
import org.pinisi.certificates.Issuer;
import org.pinisi.certificates.KeyType;
import picocli.CommandLine.Option;

/// How `pinisi site --tls` gets its certificate by ACME.
final class SiteAcmeOptions {
    @Option(
            names = "--production",
            description =
                    "Ask Let's Encrypt for a certificate that browsers trust. Without it, its staging service is asked,"
                            + " which allows many tries and gives certificates that nobody trusts.")
    private boolean production;

    @Option(
            names = "--acme-agree",
            description =
                    "You have read the terms of service of the authority and agree to them; nothing is asked of it"
                            + " otherwise.")
    private boolean agree;

    @Option(names = "--email", paramLabel = "ADDRESS", description = "Where the authority may write to.")
    private Optional<String> email = Optional.empty();

    @Option(
            names = "--cert-key-type",
            paramLabel = "TYPE",
            defaultValue = "p256",
            description =
                    "The kind of key of the certificate, a fresh one each time: p256, p384, rsa2048, rsa3072 or rsa4096"
                            + " (default: ${DEFAULT-VALUE}).")
    private String keyType = "p256";

    @Option(
            names = "--acme-directory",
            paramLabel = "URL",
            description = "Ask another authority: the URL of its directory.")
    private Optional<URI> directory = Optional.empty();

    @Option(
            names = "--acme-trust",
            paramLabel = "FILE",
            description =
                    "The certificates (PEM) by which that authority is known, instead of those that the system trusts.")
    private Optional<Path> trust = Optional.empty();

    @Option(
            names = "--no-dns-check",
            description =
                    "Do not look whether the name points to this machine before the authority is asked: for machines"
                            + " behind address translation or a content network.")
    private boolean noDnsCheck;

    boolean isGiven() {
        return noDnsCheck || production || agree || email.isPresent() || directory.isPresent() || trust.isPresent();
    }

    /// What is looked at before the authority is asked.
    DnsSettings dns() {
        return DnsSettings.standard().withCheck(!noDnsCheck);
    }

    /// The authority that these flags name.
    ///
    /// @throws CommandException when they do not go together
    Issuer issuer() throws IOException {
        if (!agree) {
            throw new CommandException(
                    ExitCodes.USAGE,
                    "--tls without --certificate asks an authority for one; read its terms of service, and add --acme-agree");
        }
        if (production && directory.isPresent()) {
            throw new CommandException(
                    ExitCodes.USAGE, "--production is Let's Encrypt; leave it or --acme-directory out");
        }
        try {
            Issuer.Acme.Builder builder = production
                    ? Issuer.Acme.letsEncrypt()
                    : directory
                            .map(url -> Issuer.Acme.at(String.valueOf(url.getHost()), url)
                                    .privateNames())
                            .orElseGet(
                                    () -> Issuer.Acme.at("Let's Encrypt (staging)", Issuer.Acme.LETS_ENCRYPT_STAGING));
            email.ifPresent(builder::email);
            if (trust.isPresent()) {
                builder.trust(certificates(trust.get()));
            }
            return builder.agreeToTerms().keyType(KeyType.parse(keyType)).build();
        } catch (CertificateException malformed) {
            throw new CommandException(ExitCodes.USAGE, malformed.getMessage());
        }
    }

    private static List<X509Certificate> certificates(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
                    .map(X509Certificate.class::cast)
                    .toList();
        } catch (GeneralSecurityException malformed) {
            throw new CommandException(
                    ExitCodes.FAILED, "cannot use --acme-trust: " + file + " is no PEM: " + malformed.getMessage());
        }
    }
}
