package org.pinisi.cli;

import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.pinisi.certificates.BookEntry;
import org.pinisi.certificates.CertificateBook;
import org.pinisi.certificates.CertificateException;
import org.pinisi.certificates.CertificateFacts;
import org.pinisi.certificates.Provenance;
import org.pinisi.http.Certified;
import org.pinisi.http.HttpException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `pinisi cert add`, with the flags of contruno.add.
@Command(
        name = "add",
        description = {
            "Adds a name to the book, or changes where it goes and its certificate.",
            "Without a certificate the running edge gets one by ACME. All is checked before anything is pushed. Note that -h is the"
                    + " name here, as with contruno.add; help is --help."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  pinisi cert add -r git@example.org:certificates.git -h blog.example.org -i 10.0.0.3 \\",
            "      --pass file:pass.txt -t edge.example.org",
            "  pinisi cert add -h blog.example.org -i 10.0.0.3:8080 -c fullchain.pem -p privkey.pem"
        })
final class CertAdd implements Callable<Integer> {
    @Mixin
    private CommandScope scope = new CommandScope();

    @Mixin
    private BookOptions options = new BookOptions();

    @Mixin
    private SignalOptions signal = new SignalOptions();

    @Mixin
    private JsonOption json = new JsonOption();

    @Option(
            names = "--hostname",
            required = true,
            paramLabel = "NAME",
            description = "The name: a host name, a wildcard *.example.org, or an IP address.")
    private String hostname = "";

    @Option(
            names = {"-i", "--ip"},
            paramLabel = "HOST[:PORT]",
            description = "Where requests for the name go; port 80 without one.")
    private Optional<String> backend = Optional.empty();

    @Option(
            names = {"-c", "--cert", "--certificate"},
            paramLabel = "FILE",
            description = "The certificate in PEM, and after it those that vouch for it.")
    private Optional<Path> certificate = Optional.empty();

    @Option(
            names = {"-p", "--private-key"},
            paramLabel = "FILE",
            description = "The certificate's key in PEM.")
    private Optional<Path> privateKey = Optional.empty();

    @Option(
            names = "--alpn",
            split = ",",
            paramLabel = "PROTOCOL",
            description = "What the server behind speaks: http/1.1, h2 or both (default: http/1.1,h2).")
    private List<String> alpn = List.of("http/1.1", "h2");

    @Override
    public Integer call() throws Exception {
        Instant now = InstantSource.system().instant();
        BookEntry given = entry(now);
        boolean needsPhrase = given.certified().isPresent() || signal.wanted();
        signal.address();
        try (OpenBook open = options.open(scope, needsPhrase ? BookOptions.Need.PHRASE : BookOptions.Need.NONE)) {
            Optional<BookEntry> before = open.book().entry(given.name());
            BookEntry entry = before.isPresent() && backend.isEmpty()
                    ? given.withTarget(before.get().target())
                    : given;
            open.book().add(entry);
            open.push();
            tell(entry, before);
            signal.send(scope.out(), open.phrase());
        }
        return ExitCodes.DONE;
    }

    /// What is to be added, wholly checked.
    private BookEntry entry(Instant now) {
        try {
            BookEntry entry = BookEntry.of(CertificateBook.name(hostname))
                    .withTarget(backend)
                    .withProtocols(alpn);
            if (certificate.isEmpty() && privateKey.isEmpty()) {
                return entry;
            }
            if (certificate.isEmpty()) {
                throw wrong("--private-key is for --cert; leave it out, and the edge makes a key of its own");
            }
            if (privateKey.isEmpty()) {
                throw wrong("--cert needs --private-key, since a certificate is of no use without its key");
            }
            Certified certified = Certified.fromPem(certificate.get(), privateKey.get());
            return given(entry, certified, now);
        } catch (CertificateException | HttpException malformed) {
            throw wrong(String.valueOf(malformed.getMessage()));
        }
    }

    private static BookEntry given(BookEntry entry, Certified certified, Instant now) {
        CertificateFacts facts = CertificateFacts.of(certified.chain().getFirst());
        if (!facts.covers(entry.name())) {
            throw wrong("the certificate is not for " + entry.name() + " but for " + String.join(", ", facts.names()));
        }
        if (!facts.notAfter().isAfter(now)) {
            throw wrong("the certificate expired at " + facts.notAfter()
                    + "; leave --cert out, and the edge gets a new one");
        }
        return entry.withCertificate(certified, Provenance.given(facts.issuer(), now));
    }

    private static CommandException wrong(String message) {
        return new CommandException(ExitCodes.USAGE, message);
    }

    private void tell(BookEntry entry, Optional<BookEntry> before) {
        String certificateWords = entry.certified()
                .map(certified -> CertificateFacts.of(certified.chain().getFirst()))
                .map(facts -> "certificate of %s, valid until %s".formatted(facts.issuer(), facts.lastDay()))
                .orElse(
                        before.filter(known -> !known.chain().isEmpty()).isPresent()
                                ? "its certificate stays"
                                : "no certificate given: the edge gets one");
        if (json.wanted()) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("name", entry.name());
            fields.put("new", before.isEmpty());
            entry.target().ifPresent(target -> fields.put("target", target));
            fields.put("given", entry.certified().isPresent());
            scope.out().println(Whereabouts.json(fields));
        } else {
            scope.out()
                    .println("%s %s%s; %s"
                            .formatted(
                                    before.isEmpty() ? "added" : "changed",
                                    entry.name(),
                                    entry.target()
                                            .map(target -> " to " + target)
                                            .orElse(""),
                                    certificateWords));
        }
        scope.out().flush();
    }
}
