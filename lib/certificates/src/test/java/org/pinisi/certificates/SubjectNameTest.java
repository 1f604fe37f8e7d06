package org.pinisi.certificates;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SubjectNameTest {
    @ParameterizedTest
    @CsvSource({
        "Example.ORG.,example.org",
        "bücher.example,xn--bcher-kva.example",
        "*.Example.org,*.example.org",
        "192.0.2.1,192.0.2.1",
        "[2001:DB8:0:0::1],2001:db8::1"
    })
    void aNameHasOneSpelling(String given, String expected) {
        assertThat(SubjectName.parse(given).text()).isEqualTo(expected);
    }

    @Test
    void aWildcardCoversOneLabelOnly() {
        SubjectName wildcard = SubjectName.parse("*.example.org");
        assertThat(wildcard.covers(SubjectName.parse("a.example.org"))).isTrue();
        assertThat(wildcard.covers(SubjectName.parse("a.b.example.org"))).isFalse();
        assertThat(wildcard.covers(SubjectName.parse("example.org"))).isFalse();
        assertThat(wildcard.covers(SubjectName.parse("example.org.evil.example")))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "app.localhost",
                "db.internal",
                "printer.local",
                "127.0.0.1",
                "10.1.2.3",
                "100.64.0.1",
                "::1",
                "fd00::1",
                "fe80::1",
                "box",
                "x.home.arpa",
                "*.app.test"
            })
    void aPrivateNameIsNothingForAPublicAuthority(String name) {
        assertThat(SubjectName.parse(name).isPublic()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"example.org", "*.example.org", "mylocalhost.example", "192.0.2.1", "2001:db8::1"})
    void aPublicNameIs(String name) {
        assertThat(SubjectName.parse(name).isPublic()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.1,1.2.0.192.in-addr.arpa",
        "2001:db8::1,1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa",
        "example.org,example.org"
    })
    void aHandshakeThatProvesAnAddressNamesItsReverse(String name, String expected) {
        assertThat(SubjectName.parse(name).challengeServerName()).isEqualTo(expected);
    }
}
