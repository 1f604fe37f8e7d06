package org.pinisi.certificates;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.pinisi.http.Certified;

final class CertificateIndexTest {
    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant END = Instant.parse("2026-03-01T00:00:00Z");

    private final CertificateBook book = CertificateBook.inMemory(InstantSource.fixed(BEGIN));

    private Certified kept(String name) {
        Certified certified = TestAuthority.leaf(name, BEGIN, END);
        book.keep(name, certified, Provenance.given("test", BEGIN));
        return book.entry(name).orElseThrow().certified().orElseThrow();
    }

    private CertificateIndex index(Certified... given) {
        return CertificateIndex.of(book.entries(), List.of(given));
    }

    @Test
    void anExactNameIsFoundBeforeAWildcard() {
        Certified wildcard = kept("*.example.org");
        Certified exact = kept("www.example.org");
        assertThat(index().find("www.example.org")).containsSame(exact);
        assertThat(index().find("other.example.org")).containsSame(wildcard);
    }

    @Test
    void anUnknownNameFindsNothing() {
        kept("www.example.org");
        assertThat(index().find("example.org")).isEmpty();
        assertThat(index().find("")).isEmpty();
        assertThat(index().find("*.example.org")).isEmpty();
        assertThat(index().find("a.www.example.org")).isEmpty();
    }

    @Test
    void aClientThatNamesNothingGetsTheCertificateOfAnAddress() {
        kept("www.example.org");
        Certified address = kept("192.0.2.1");
        assertThat(index().find("")).containsSame(address);
        assertThat(index().find("192.0.2.1")).containsSame(address);
    }

    @Test
    void aFileOfOnesOwnWins() {
        kept("www.example.org");
        Certified file = TestAuthority.leaf("www.example.org", BEGIN, END);
        assertThat(index(file).find("www.example.org")).containsSame(file);
    }

    @Test
    void aCertificateThatHasEndedIsServedOn() {
        Certified ended = kept("www.example.org");
        CertificateIndex late = CertificateIndex.of(book.entries(), List.of());
        assertThat(late.find("www.example.org")).containsSame(ended);
    }
}
