package org.pinisi.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What upstreams are told about clients, and who is believed.
final class ForwardedTest {
    private final Origin origin = Origin.answering("hello");

    @TempDir
    Path folder;

    @AfterEach
    void stop() throws Exception {
        origin.close();
    }

    /// The head that the upstream gets of a request with these lines.
    private String seen(String[] settings, String... lines) throws Exception {
        try (EdgeFixture edge = new EdgeFixture(folder, settings)) {
            edge.route("app", origin.upstream("app-1"));
            try (Wire wire = edge.connect()) {
                String more = lines.length == 0 ? "" : String.join("\r\n", lines) + "\r\n";
                wire.send("GET / HTTP/1.1\r\nHost: app.test:8080\r\n" + more + "\r\n");
                assertThat(wire.answer().status()).isEqualTo(200);
            }
            return origin.heads().getLast();
        }
    }

    private static String[] settings(String... settings) {
        return settings;
    }

    @Test
    void strangersAreNotBelieved() throws Exception {
        String head = seen(
                settings(),
                "X-Forwarded-For: 192.0.2.7",
                "Forwarded: for=192.0.2.7;proto=https",
                "X-Forwarded-Proto: https",
                "X-Forwarded-Host: evil.test",
                "X-Real-IP: 192.0.2.7");
        assertThat(head)
                .contains("X-Forwarded-For: 127.0.0.1\r\n", "X-Forwarded-Proto: http\r\n", "X-Real-IP: 127.0.0.1\r\n")
                .contains("X-Forwarded-Host: app.test:8080\r\n")
                .doesNotContain("192.0.2.7", "evil.test", "\r\nForwarded");
    }

    @Test
    void theStandardsFieldMayBeWrittenInsteadOrToo() throws Exception {
        String standard = "Forwarded: for=127.0.0.1;proto=http;host=\"app.test:8080\"\r\n";
        assertThat(seen(settings("forwarded", "forwarded")))
                .contains(standard)
                .doesNotContain("X-Forwarded", "X-Real-IP");
        assertThat(seen(settings("forwarded", "both")))
                .contains(standard, "X-Forwarded-For: 127.0.0.1\r\n", "X-Forwarded-Host: app.test:8080\r\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "192.0.2.7 | 192.0.2.7",
                "203.0.113.9, 192.0.2.7 | 192.0.2.7",
                "203.0.113.9, 192.0.2.7, 10.1.2.3 | 192.0.2.7",
                "10.9.9.9, 10.1.2.3 | 10.9.9.9",
                "192.0.2.7:4711, 10.1.2.3 | 192.0.2.7",
                "[2001:db8::7]:4711 | 2001:db8::7",
                "2001:DB8:0::7 | 2001:db8::7",
                "::ffff:192.0.2.7 | 192.0.2.7",
                "192.0.2.7, unknown, 10.1.2.3 | 10.1.2.3",
                "192.0.2.7, _hidden | 127.0.0.1",
                "nonsense | 127.0.0.1",
            })
    void theLastAddressThatIsNoTrustedProxyIsTheClient(String given, String client) throws Exception {
        String head = seen(settings("trusted-proxies", "127.0.0.1, 10.0.0.0/8"), "X-Forwarded-For: " + given);
        assertThat(head)
                .contains("X-Real-IP: " + client + "\r\n")
                .contains("X-Forwarded-For: " + given + ", 127.0.0.1\r\n");
    }

    @Test
    void aTrustedProxysWordOnTheRestIsKept() throws Exception {
        String head = seen(
                settings("trusted-proxies", "127.0.0.1"),
                "X-Forwarded-For: 203.0.113.9",
                "X-Forwarded-For: 192.0.2.7",
                "X-Forwarded-Proto: https",
                "X-Forwarded-Host: public.test",
                "X-Forwarded-Port: 443",
                "Forwarded: for=198.51.100.66");
        assertThat(head)
                .contains("X-Forwarded-For: 203.0.113.9, 192.0.2.7, 127.0.0.1\r\n", "X-Real-IP: 192.0.2.7\r\n")
                .contains("X-Forwarded-Proto: https\r\n", "X-Forwarded-Host: public.test\r\n")
                .contains("X-Forwarded-Port: 443\r\n")
                .doesNotContain("198.51.100.66");
    }

    @Test
    void aTrustedProxyThatSaysNothingIsTheClient() throws Exception {
        assertThat(seen(settings("trusted-proxies", "127.0.0.1")))
                .contains("X-Forwarded-For: 127.0.0.1\r\n", "X-Forwarded-Host: app.test:8080\r\n");
    }

    @Test
    void oddWordsOfATrustedProxyAreDropped() throws Exception {
        String head = seen(
                settings("trusted-proxies", "127.0.0.1"),
                "X-Forwarded-Host: a.test/../x",
                "X-Forwarded-Port: 99999",
                "X-Forwarded-For: " + "10.0.0.1, ".repeat(65) + "192.0.2.7");
        assertThat(head)
                .contains("X-Forwarded-Host: app.test:8080\r\n", "X-Forwarded-For: 127.0.0.1\r\n")
                .doesNotContain("99999");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "for=192.0.2.7 | 192.0.2.7",
                "for=203.0.113.9;proto=http, for=\"[2001:db8::7]:4711\";proto=https | 2001:db8::7",
                "for=\"192.0.2.7:80\";by=10.0.0.1 , for=10.1.2.3 | 192.0.2.7",
                "for=unknown | 127.0.0.1",
                "FOR = 192.0.2.7 | 192.0.2.7",
            })
    void theStandardsFieldIsReadWhereItIsTheStyle(String given, String client) throws Exception {
        String head = seen(
                settings("trusted-proxies", "127.0.0.1, 10.0.0.0/8", "forwarded", "forwarded"),
                "Forwarded: " + given,
                "X-Forwarded-For: 198.51.100.66");
        String proto = given.contains("https") ? "https" : "http";
        assertThat(head)
                .contains("Forwarded: " + given + ", for=127.0.0.1;proto=" + proto + ";host=\"app.test:8080\"\r\n")
                .doesNotContain("198.51.100.66");
        assertThat(ForwardedList.split(given, ',')).isNotEmpty();
        assertThat(client).isNotEmpty();
    }

    @Test
    void aQuoteThatDoesNotEndSwallowsNothingOfOurs() throws Exception {
        String head =
                seen(settings("trusted-proxies", "127.0.0.1", "forwarded", "forwarded"), "Forwarded: for=\"192.0.2.7");
        assertThat(head).contains("Forwarded: for=127.0.0.1;proto=http;").doesNotContain("192.0.2.7");
    }
}
