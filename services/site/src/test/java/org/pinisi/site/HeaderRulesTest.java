package org.pinisi.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.pinisi.http.Fields;

/// `_headers`, line by line.
final class HeaderRulesTest {
    private static Fields find(String rules, String... path) {
        return HeaderRules.of(RuleFile.of("_headers", rules)).find(List.of(path));
    }

    @Test
    void aPathGetsTheFieldsBelowItsPattern() {
        String rules = """
                # everywhere
                /*
                  X-Frame-Options: DENY
                  Link: </a.css>; rel=preload

                /docs/*
                \tCache-Control: max-age=60
                /docs/:name/x
                  X-Name: yes
                /*.css
                  X-Style: yes
                """;
        assertThat(find(rules, "")).isEqualTo(Fields.of("X-Frame-Options", "DENY", "Link", "</a.css>; rel=preload"));
        assertThat(find(rules, "docs", "a", "x").first("Cache-Control")).contains("max-age=60");
        assertThat(find(rules, "docs", "a", "x").first("X-Name")).contains("yes");
        assertThat(find(rules, "docs", "a").has("X-Name")).isFalse();
        assertThat(find(rules, "deep", "a.css").first("X-Style")).contains("yes");
        assertThat(find(rules, "deep", "a.cs").has("X-Style")).isFalse();
    }

    @Test
    void fieldsOfOneNameAreJoinedSaveCookies() {
        String rules = "/*\n  Link: <a>\n  Set-Cookie: a=1\n  Set-Cookie: b=2\n/x\n  link: <b>\n";
        assertThat(find(rules, "x").values("Link")).containsExactly("<a>, <b>");
        assertThat(find(rules, "x").values("Set-Cookie")).containsExactly("a=1", "b=2");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "no-slash                      | does not begin with a slash",
                "'  X-Y'                       | is no field",
                "'  : z'                       | is no field",
                "'  X Y: z'                    | field name",
                "'  X-Y: gr\u00fcße \uD83D\uDEA2' | value of field X-Y",
                "'  Content-Length: 5'         | the server's business",
                "'  transfer-encoding: x'      | the server's business",
                "'  ETag: \"x\"'               | the server's business",
                "'  Connection: close'         | the server's business",
                "/a/**                         | a * elsewhere",
            })
    void aMalformedLineIsSaidWithItsNumber(String line, String message) {
        assertThatThrownBy(() -> find("/*\n  X-Fine: yes\n" + line + "\n", "x"))
                .isInstanceOf(SiteException.class)
                .hasMessageStartingWith("_headers:3: ")
                .hasMessageContaining(message);
    }

    @Test
    void aFieldBeforeTheFirstPathIsMalformed() {
        assertThatThrownBy(() -> find("  X-Y: z\n/*\n", "x")).hasMessageStartingWith("_headers:1: ");
    }
}
