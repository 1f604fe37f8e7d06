package org.pinisi.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.pinisi.http.Fields;
import org.pinisi.http.Request;

/// `_redirects`, line by line.
final class RedirectRulesTest {
    private static String find(String rules, String target, boolean exists) {
        RedirectRules parsed = RedirectRules.of(RuleFile.of("_redirects", rules));
        Request request = Request.of("GET", target, Fields.empty(), InputStream.nullInputStream());
        return parsed.find(request, exists)
                .map(outcome -> switch (outcome) {
                    case RedirectRules.Outcome.Redirect(int status, String location) -> status + " to " + location;
                    case RedirectRules.Outcome.Rewrite(int status, String path) -> status + " is " + path;
                })
                .orElse("nothing");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/old /new                          | /old                | 301 to /new",
                "/old /new                          | /old/               | 301 to /new",
                "/old/ /new                         | /old                | 301 to /new",
                "/old /new                          | /older              | nothing",
                "/old /new                          | /old/x              | nothing",
                "/old /new 302                      | /old                | 302 to /new",
                "/old /new 308 # moved              | /old                | 308 to /new",
                "/old https://example.org/x         | /old                | 301 to https://example.org/x",
                "/old https://example.org           | /old                | 301 to https://example.org",
                "/old /new                          | /old?a=1&b=%20      | 301 to /new?a=1&b=%20",
                "/old /new?c=2                      | /old?a=1            | 301 to /new?c=2",
                "/old /new#part                     | /old?a=1            | 301 to /new#part",
                "/news/* /blog/:splat               | /news/2024/x        | 301 to /blog/2024/x",
                "/news/* /blog/:splat               | /news               | 301 to /blog/",
                "/news/* /blog/:splat               | /news/              | 301 to /blog/",
                "/news/* /blog/:splat               | /news/x/            | 301 to /blog/x/",
                "/*.php /:splat                     | /a/b.php            | 301 to /a/b",
                "/:year/:month /archive/:month-:year | /2024/02           | 301 to /archive/02-2024",
                "/:year/:month /archive/:month-:year | /2024              | nothing",
                "/app/* /app/index.html 200         | /app/deep/link      | 200 is /app/index.html",
                "/gone /gone.html 410               | /gone               | 410 is /gone.html",
                "/a id=:id /b/:id                   | /a?id=7             | 301 to /b/7",
                "/a id=:id /b/:id                   | /a                  | nothing",
                "/a id=7 /b                         | /a?id=7             | 301 to /b",
                "/a id=7 /b                         | /a?id=8             | nothing",
                "/caf%C3%A9 /x                      | /caf%c3%a9          | 301 to /x",
                "/café /x                           | /caf%C3%A9          | 301 to /x",
                "/x /café bar                       | /x                  | refused",
                "/x /café                           | /x                  | 301 to /caf%C3%A9",
            })
    void aRuleLeadsWhereItSays(String rule, String target, String outcome) {
        if (outcome.equals("refused")) {
            assertThatThrownBy(() -> find(rule, target, false)).isInstanceOf(SiteException.class);
        } else {
            assertThat(find(rule, target, false)).isEqualTo(outcome);
        }
    }

    @Test
    void theFirstRuleThatFitsDecides() {
        String rules = "# moved\n\n/a/b /one\n/a/* /two\n/* /three\n";
        assertThat(find(rules, "/a/b", false)).isEqualTo("301 to /one");
        assertThat(find(rules, "/a/c", false)).isEqualTo("301 to /two");
        assertThat(find(rules, "/c", false)).isEqualTo("301 to /three");
    }

    @Test
    void whereThereIsAFileOnlyForcedRulesCount() {
        String rules = "/a /one\n/* /two 302!\n";
        assertThat(find(rules, "/a", true)).isEqualTo("302 to /two");
        assertThat(find(rules, "/a", false)).isEqualTo("301 to /one");
        assertThat(find("/a /one", "/a", true)).isEqualTo("nothing");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/x/* /:splat              | /x//evil.example/y           | 301 to /evil.example/y",
                "/x/* /:splat              | /x/%2F%2Fevil.example        | 301 to /evil.example",
                "/x/* /:splat              | /x/%0d%0aSet-Cookie:a=b      | 301 to /%0D%0ASet-Cookie:a=b",
                "/x/* /y/:splat            | /x/%3Fq=1%23f                | 301 to /y/%3Fq=1%23f",
                "/x/* /y/:splat            | /x/%22%3E%3Cscript%3E        | 301 to /y/%22%3E%3Cscript%3E",
                "/x/* https://h/:splat     | /x/@evil.example             | 301 to https://h/@evil.example",
                "/x to=:to /y/:to          | /x?to=../../z                | 301 to /y/../../z",
                "/x to=:to /y?to=:to       | /x?to=a%26b=c                | 301 to /y?to=a&b=c",
                "/x/* /files/:splat 200    | /x/a%2Fb                     | 200 is /files/a/b",
            })
    void nothingThatAClientSendsBreaksOut(String rule, String target, String outcome) {
        assertThat(find(rule, target, false)).isEqualTo(outcome);
    }

    @Test
    void aRuleThatWouldLeadToTheSamePlaceIsPassedOver() {
        assertThat(find("/* /index.html 302", "/index.html", false)).isEqualTo("nothing");
        assertThat(find("/* /index.html 302", "/x", false)).isEqualTo("302 to /index.html");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/a                            | no target",
                "a /b                          | does not begin with a slash",
                "/a b                          | a path that begins with one slash",
                "/a //evil.example             | a path that begins with one slash",
                "/a javascript:alert(1)        | a path that begins with one slash",
                "/a /b 200 Country=us          | \"Country=us\" is not understood",
                "/a /b 299                     | status 299",
                "/a /b 500                     | status 500",
                "/a https://example.org/ 200   | this is no proxy",
                "/a /b/:id                     | target has :id",
                "/a /b/:splat                  | target has :splat",
                "/a/*/b /c                     | a * elsewhere",
                "/a* /c                        | a * elsewhere",
                "/a//b /c                      | an empty name",
                "/a/:1 /c                      | the placeholder :1",
                "/a%zz /c                      | malformed percent-encoding",
                "/a /a                         | lead to itself",
            })
    void aMalformedLineIsSaidWithItsNumber(String rule, String message) {
        assertThatThrownBy(() -> find("# first\n\n" + rule + "\n/fine /x", "/a", false))
                .isInstanceOf(SiteException.class)
                .hasMessageStartingWith("_redirects:3: ")
                .hasMessageContaining(message);
    }

    @Test
    void everyMalformedLineIsSaid() {
        assertThatThrownBy(() -> find("/a\n/b /c\nd /e\n", "/a", false))
                .hasMessageContaining("_redirects:1: ")
                .hasMessageContaining("\n_redirects:3: ");
    }

    @Test
    void thereIsABoundOnRules() {
        String most = "/a /b\n".repeat(RedirectRules.MOST_RULES);
        assertThat(find(most, "/a", false)).isEqualTo("301 to /b");
        assertThatThrownBy(() -> find(most + "/a /b\n", "/a", false))
                .hasMessageContaining("_redirects:2001: ")
                .hasMessageContaining("2000");
    }
}
