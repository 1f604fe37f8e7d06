package org.pinisi.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pinisi.certificates.Attempt;
import org.pinisi.certificates.CertificateStatus;
import org.pinisi.edge.NameProblem;
import org.pinisi.edge.NameReport;
import org.pinisi.edge.NameStatus;
import org.pinisi.edge.UpstreamStatus;
import org.pinisi.http.Fields;
import org.pinisi.http.Request;
import org.pinisi.http.Response;

/// The pages of names.
final class NamesPagesTest {
    private static final String HOSTILE = "\"><script>alert('x')</script><img src=x onerror=alert(1)>";
    private final FakeNames names = FakeNames.whole();

    private Response get(String target) throws Exception {
        return new Pages(Scene.whole(), names, Scene.ADDRESSES, InstantSource.fixed(Scene.NOW))
                .handle(Request.of("GET", target, Fields.of("Host", "localhost:7400"), InputStream.nullInputStream()));
    }

    @Test
    void theListShowsFirstWhatNeedsAttention() throws Exception {
        assertThat(get("/names").bodyAsText())
                .containsSubsequence(
                        "Needs attention", "no upstream is healthy", "All names", "clock.example.org", "site.localhost")
                .contains("href=\"/names/clock.example.org\"")
                .contains("ends in 59 days")
                .contains("not renewed, ends in 5 days")
                .contains("none wanted");
    }

    @Test
    void aNameShowsItsFiguresAndTheirCourse() throws Exception {
        assertThat(get("/names/clock.example.org").bodyAsText())
                .contains("<strong>28</strong>")
                .contains("<strong>3.4 ms</strong>")
                .contains("98,213")
                .contains("aria-label=\"Requests a second, minute by minute over the last hour; at most")
                .containsPattern("<path class=\"course\" d=\"M0 [0-9.]+L")
                .contains("<a href=\"https://clock.example.org/\">")
                .contains("href=\"/names/www.clock.example.org\"");
    }

    @Test
    void aNameShowsItsCertificateAndWhatTheAuthoritySaidNewestFirst() throws Exception {
        assertThat(get("/names/clock.example.org").bodyAsText())
                .contains("Let's Encrypt (E7)", "05:2f:91", "asked for by ACME", "in 29 days")
                .contains("2027-01-19 09:00:00 UTC")
                .containsSubsequence(
                        "What was tried for it", "issued", "Connection refused", "not asked", "no A record")
                .contains("./pinisi cert renew clock.example.org");
    }

    @Test
    void aNameShowsItsUpstreamsAndTheRecordToSet() throws Exception {
        assertThat(get("/names/clock.example.org").bodyAsText())
                .containsSubsequence("clock-r4-1", "gets requests", "127.0.0.1:40211", "51,234")
                .contains("clock.example.org. AAAA 2001:db8::7");
        assertThat(get("/names/shop.example.org").bodyAsText()).contains("ejected for 30 s");
    }

    @Test
    void aNameWithoutRequestsShowsNoFiguresThatItHasNot() throws Exception {
        assertThat(get("/names/site.localhost").bodyAsText())
                .contains("no whole minute yet")
                .contains("None, and none is asked for.");
    }

    @Test
    void theHomePageShowsTheUrgentOnes() throws Exception {
        assertThat(get("/").bodyAsText())
                .contains("Needs attention", "shop.example.org", "no upstream is healthy")
                .doesNotContain("href=\"/names/clock.example.org\"");
    }

    @Test
    void withoutTheEdgeTheHomePageIsShownAndThePageOfNamesSaysWhy() throws Exception {
        names.goAway();
        assertThat(get("/").status()).isEqualTo(200);
        assertThat(get("/names").status()).isEqualTo(503);
        assertThat(get("/names").bodyAsText()).contains("no edge answers at");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/names/none.example.org", "/names/a/b", "/names/%3Cscript%3E"})
    void aNameThatNoRouteHasIs404(String target) throws Exception {
        assertThat(get(target).status()).isEqualTo(404);
        assertThat(get(target).bodyAsText()).doesNotContain("<script>").contains("<a href=\"/\">");
    }

    @Test
    void whatAuthoritiesAndUpstreamsSayIsNeverMarkup() throws Exception {
        names.reports.clear();
        names.reports.add(new NameReport(
                new NameStatus(
                        "evil.test",
                        List.of(HOSTILE),
                        HOSTILE,
                        FakeNames.traffic(60, 1, 1, 1),
                        List.of(new UpstreamStatus(HOSTILE, HOSTILE, false, false, HOSTILE, 0, 0, 0, 0, 0, 0)),
                        Optional.of(new CertificateStatus(
                                HOSTILE,
                                CertificateStatus.State.FAILING,
                                Optional.of(HOSTILE),
                                Optional.of(HOSTILE),
                                Optional.of(HOSTILE),
                                List.of(HOSTILE),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty(),
                                List.of(new Attempt(
                                        Scene.NOW,
                                        Attempt.Outcome.FAILED,
                                        HOSTILE,
                                        Optional.of(HOSTILE),
                                        HOSTILE,
                                        Optional.empty())))),
                        List.of(new NameProblem(true, HOSTILE))),
                FakeNames.traffic(60, 1, 1, 1),
                FakeNames.traffic(60, 1, 1, 1),
                List.of(),
                List.of("evil.test", HOSTILE),
                List.of(HOSTILE),
                true));
        for (String target : List.of("/", "/names", "/names/evil.test")) {
            assertThat(get(target).bodyAsText())
                    .as(target)
                    .doesNotContain("<script>alert", "<img src=x")
                    .contains("&lt;script&gt;alert");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/names", "/names/clock.example.org"})
    void noPageHasScriptOrStyleOfItsOwn(String target) throws Exception {
        assertThat(get(target).bodyAsText())
                .doesNotContain("<style", " style=", " onclick=", " onload=")
                .doesNotContainPattern("<script(?! src=\"/assets/)");
    }

    @Test
    void aSparklineDrawsTheNewestAtTheRightEnd() {
        Sparkline line = Sparkline.of(List.of(0.0, 5.0, 10.0), 5, 1, "x");
        assertThat(line.line()).isEqualTo("M60 31L90 16.5L120 2");
        assertThat(line.area()).isEqualTo("M60 31L90 16.5L120 2L120 32L60 32Z");
        assertThat(Sparkline.of(List.of(3.0), 5, 1, "x").isEmpty()).isTrue();
        assertThat(Sparkline.of(List.of(0.0, 0.0), 5, 1, "x").line()).isEqualTo("M90 31L120 31");
    }
}
