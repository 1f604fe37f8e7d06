package org.pinisi.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.pinisi.certificates.BookSettings;
import org.pinisi.certificates.CertificateBook;
import org.pinisi.certificates.CertificateKeeper;
import org.pinisi.certificates.DnsSettings;
import org.pinisi.certificates.Issuer;
import org.pinisi.certificates.PassPhrase;
import org.pinisi.http.Certified;
import org.pinisi.site.SiteCertificates;

/// The certificate of one site: got by ACME, kept in a book in the data folder, renewed while the site serves.
final class SiteKeeper implements SiteCertificates, AutoCloseable {
    private final String hostname;
    private final PassPhrase phrase;
    private final CertificateBook book;
    private final CertificateKeeper keeper;

    private SiteKeeper(String hostname, PassPhrase phrase, CertificateBook book, CertificateKeeper keeper) {
        this.hostname = hostname;
        this.phrase = phrase;
        this.book = book;
        this.keeper = keeper;
    }

    /// Opens the book. Nothing is asked of anybody before [#begin].
    ///
    /// @param folder of the site
    static SiteKeeper open(DataFolder data, Path folder, String hostname, Issuer issuer, DnsSettings dns)
            throws IOException {
        String name = CertificateBook.name(hostname);
        PassPhrase phrase = data.bookPhrase();
        CertificateBook book = CertificateBook.local(
                folder.resolve("certificates.git"), phrase, BookSettings.of(InstantSource.system()));
        return new SiteKeeper(
                name,
                phrase,
                book,
                CertificateKeeper.builder(book)
                        .issuers(List.of(issuer))
                        .dns(dns)
                        .build());
    }

    /// Gets a certificate where there is none, and keeps it fresh, now that the site can prove its name.
    void begin() {
        keeper.want(Set.of(hostname));
    }

    /// A client that names nobody is shown the one certificate that there is.
    @Override
    public Optional<Certified> find(String serverName) {
        return keeper.find(serverName.isEmpty() ? hostname : serverName);
    }

    @Override
    public Optional<Certified> handshake(String serverName) {
        return keeper.alpnChallenge(serverName);
    }

    @Override
    public Optional<String> answer(String token) {
        return keeper.httpChallenge(token);
    }

    @Override
    public void close() {
        keeper.close();
        book.close();
        phrase.close();
    }
}
