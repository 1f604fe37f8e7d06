package org.pinisi.certificates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BookNameTest {
    @ParameterizedTest
    @CsvSource({
        "example.org, example.org",
        "EXAMPLE.Org., example.org",
        "bücher.example, xn--bcher-kva.example",
        "*.Example.org, *.example.org",
        "localhost, localhost",
        "192.0.2.1, 192.0.2.1",
        "2001:0db8:0:0:0:0:0:1, 2001:db8::1",
        "[2001:DB8::1], 2001:db8::1",
        "::, ::",
        "::1, ::1",
        "1::, 1::",
        "1:0:0:2:0:0:0:3, 1:0:0:2::3",
        "1:0:0:2:2:0:0:3, 1::2:2:0:0:3",
        "1:0:2:3:4:5:6:7, 1:0:2:3:4:5:6:7",
        "::ffff:192.0.2.1, 192.0.2.1"
    })
    void aNameHasOneSpelling(String given, String expected) {
        assertThat(BookName.of(given)).isEqualTo(expected);
        BookName.check(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                ".",
                "..",
                "a..b",
                ".example.org",
                "example.org/..",
                "../../etc/passwd",
                "a\\b",
                "a b",
                "-a.example",
                "a-.example",
                "a_b.example",
                "*",
                "*.*.example.org",
                "a.*.example.org",
                "*.192.0.2.1",
                "256.1.1.1",
                "1.2.3",
                "example.42",
                "2001:db8::1%eth0",
                "1::2::3",
                "12345::",
                "https://example.org",
                "example.org:443",
                "user@example.org",
                "wildcard_.example.org",
                "ip6_--1",
                "a\u0000b",
                "a\nb.example",
                ".git"
            })
    void whatIsNoNameIsRefused(String given) {
        assertThatThrownBy(() -> BookName.of(given))
                .isInstanceOf(CertificateException.class)
                .hasMessageContaining("is no name for a certificate");
    }

    @Test
    void longNamesAreRefused() {
        assertThatThrownBy(() -> BookName.of("a".repeat(64) + ".example")).isInstanceOf(CertificateException.class);
        assertThatThrownBy(() -> BookName.of("a.".repeat(130) + "example")).isInstanceOf(CertificateException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"example.org", "*.example.org", "192.0.2.1", "2001:db8::1", "::", "::1", "1::"})
    void everyNameHasAFolderOfItsOwn(String name) {
        String folder = BookName.folder(name);
        assertThat(folder).doesNotContain("*", ":", "/");
        assertThat(BookName.ofFolder(folder)).contains(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"Example.org", "*.example.org", "example.org.", "ip6_x", "ip6_192.0.2.1", "wildcard_.", "a b"})
    void otherFoldersAreNobodys(String folder) {
        assertThat(BookName.ofFolder(folder)).isEmpty();
    }
}
