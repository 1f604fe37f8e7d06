package org.pinisi.cli;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.pinisi.edge.CertificateSettings;
import picocli.CommandLine.Option;

/// Where the certificates of an installation's edge come from and are kept.
final class CertificateOptions {
    @Option(
            names = "--certificates",
            paramLabel = "URL#BRANCH",
            description =
                    "The repository that keeps the certificates, sealed; without it one in the data folder. See `pinisi"
                            + " cert`.")
    private Optional<String> book = Optional.empty();

    @Option(
            names = "--certificates-pass",
            paramLabel = "WHERE",
            description = "The pass phrase of that repository's keys: file:PATH (mode 0600) or env:VARIABLE.")
    private Optional<String> pass = Optional.empty();

    @Option(
            names = "--acme-agree",
            description =
                    "You have read and agree to the terms of the certificate authority, by default Let's Encrypt. Without"
                            + " it no public name gets a certificate.")
    private boolean agree;

    @Option(
            names = "--acme-email",
            paramLabel = "ADDRESS",
            description = "Where the certificate authority may write to.")
    private Optional<String> email = Optional.empty();

    @Option(
            names = "--acme-directory",
            paramLabel = "URL",
            description = "Another certificate authority, by its ACME directory.")
    private Optional<URI> directory = Optional.empty();

    @Option(
            names = "--acme-trust",
            paramLabel = "FILE",
            description =
                    "PEM file of the authorities that signed that directory's own server certificate, when the system"
                            + " does not know them.")
    private Optional<Path> trust = Optional.empty();

    CertificateSettings settings() {
        if (book.isPresent() && pass.isEmpty()) {
            throw new CommandException(
                    ExitCodes.USAGE, "--certificates needs --certificates-pass file:PATH, or env:VARIABLE");
        }
        CertificateSettings settings = CertificateSettings.defaults().with(book, pass, email, agree);
        return directory.isPresent() ? settings.withDirectory(directory.get(), trust) : settings;
    }

    /// The same, for another process of ours.
    List<String> arguments() {
        List<String> arguments = new ArrayList<>();
        book.ifPresent(text -> arguments.addAll(List.of("--certificates", text)));
        pass.ifPresent(text -> arguments.addAll(List.of("--certificates-pass", text)));
        email.ifPresent(text -> arguments.addAll(List.of("--acme-email", text)));
        directory.ifPresent(uri -> arguments.addAll(List.of("--acme-directory", uri.toString())));
        trust.ifPresent(file ->
                arguments.addAll(List.of("--acme-trust", file.toAbsolutePath().toString())));
        if (agree) {
            arguments.add("--acme-agree");
        }
        return arguments;
    }
}
