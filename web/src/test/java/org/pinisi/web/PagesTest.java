package org.pinisi.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pinisi.deployer.AppView;
import org.pinisi.deployer.Cause;
import org.pinisi.deployer.Drawing;
import org.pinisi.deployer.Run;
import org.pinisi.deployer.SettingView;
import org.pinisi.deployer.Step;
import org.pinisi.http.Fields;
import org.pinisi.http.Request;
import org.pinisi.http.Response;

final class PagesTest {
    private static final String HOSTILE = "\"><script>alert('x')</script><img src=x onerror=alert(1)>";
    private final FakeDeployments fake = Scene.whole();

    @Test
    void beforeTheFirstPushTheHomePageSaysHowToPush() throws Exception {
        String page = get(new FakeDeployments(), "/").bodyAsText();
        assertThat(page)
                .contains("Push your first app")
                .contains("git push http://127.0.0.1:7400/git/hello.git main")
                .contains("git push ssh://git@127.0.0.1:7422/hello.git main")
                .contains("http://hello.localhost:7480/");
    }

    @Test
    void theHomePageShowsWhatIsWrongWhatGoesOnAndEveryApp() throws Exception {
        String page = get("/").bodyAsText();
        assertThat(page)
                .contains("Needs attention")
                .contains("Release 7 serves on. npm run build ended with status 2")
                .contains("build is running")
                .contains("<a href=\"http://clock.localhost:7480/\">")
                .contains("up to date")
                .contains("not yet serving")
                .contains("4 min ago");
    }

    @Test
    void anAppPageMarksTheReleaseThatServesAndSaysHowToGoBack() throws Exception {
        String page = get("/apps/clock").bodyAsText();
        assertThat(page)
                .containsSubsequence("r4", "serves now", "r3", "./pinisi rollback clock 3")
                .doesNotContain("./pinisi rollback clock 4")
                .contains("39.4 MiB")
                .contains("slow client");
    }

    @Test
    void anAppPageShowsTheNamesOfSettingsAndNoValue() throws Exception {
        String page = get("/apps/clock").bodyAsText();
        assertThat(page).contains("LOCALE", "DATABASE_URL").doesNotContain("en_GB.UTF-8-hidden", "never-shown");
    }

    @Test
    void aUnitsWarningsAreShown() throws Exception {
        assertThat(get("/apps/shop").bodyAsText()).contains("no memory limit: this machine lets us set none");
    }

    @Test
    void aStaticSiteHasNoConsoleToOpen() throws Exception {
        assertThat(get("/apps/site").bodyAsText()).contains("A static site writes nothing.");
        assertThat(fake.open).hasValue(0);
    }

    @Test
    void aFailedRunBeginsWithItsReasonAndWhatBecameOfTheApp() throws Exception {
        String page = get("/runs/40").bodyAsText();
        assertThat(page)
                .containsSubsequence(
                        "The step build failed",
                        "error TS2345",
                        "Nothing that serves was touched: release 7 answers.",
                        "<svg",
                        "Steps",
                        "Log");
    }

    @Test
    void aFailedRunShowsTheLogOfTheStepThatFailed() throws Exception {
        assertThat(get("/runs/40").bodyAsText())
                .contains("<span class=\"red\">error</span>")
                .contains("data-stream=\"\"");
    }

    @Test
    void aRunThatGoesOnNamesWhereItsLogGoesOn() throws Exception {
        int end = fake.log(Scene.BUILD_JOB).bytes().length;
        assertThat(get("/runs/41").bodyAsText())
                .contains("data-stream=\"/jobs/2026-11-21/085930-build-7c1e/log?from=" + end + "\"");
        assertThat(fake.open).hasValue(0);
    }

    @Test
    void anotherJobOfTheRunIsShownOnRequest() throws Exception {
        assertThat(get("/runs/39?job=2026-11-21%2F085600-deploy-a90f").bodyAsText())
                .contains("switched, no request was lost")
                .contains("of start, check, switch");
    }

    @Test
    void aJobOfAnotherRunIsNotShown() throws Exception {
        assertThat(get("/runs/39?job=2026-11-21%2F082010-build-31bd").bodyAsText())
                .doesNotContain("TS2345");
    }

    @Test
    void aLogThatIsGoneSaysSoOnThePageOfItsRun() throws Exception {
        fake.logs.remove(Scene.FAILED_JOB);
        assertThat(get("/runs/40").bodyAsText()).contains("there is no log of the job");
    }

    @Test
    void aLongLogIsShownFromALineInItsEndOn() throws Exception {
        FakeLog log = new FakeLog();
        for (int line = 0; line < 20_000; line++) {
            log.write("line number %05d\n".formatted(line));
        }
        fake.logs.put(Scene.BUILD_JOB, log);
        String page = get("/runs/41").bodyAsText();
        assertThat(page)
                .contains("line number 19999")
                .doesNotContain("line number 00000")
                .contains("Earlier lines are left out");
        assertThat(page).containsPattern("<pre class=\"log\"[^>]*>line number ");
    }

    @Test
    void whatAppsAndCommitsSayIsNeverMarkup() throws Exception {
        FakeDeployments hostile = hostile();
        for (String target : List.of("/", "/runs", "/apps/evil", "/runs/1")) {
            assertThat(get(hostile, target).bodyAsText())
                    .as(target)
                    .doesNotContain("<script>alert", "<img src=x", "href=\"javascript:", "<b>bold")
                    .contains("&lt;script&gt;alert");
        }
    }

    @Test
    void anAddressOfAnotherSchemeIsNoLink() throws Exception {
        assertThat(get(hostile(), "/apps/evil").bodyAsText()).doesNotContain("href=\"javascript");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/apps/clock", "/runs/40", "/nowhere", "/assets/pinisi.css", "/events"})
    void everyAnswerCarriesTheSecurityFields(String target) throws Exception {
        Fields fields = get(target).fields();
        assertThat(fields.first("Content-Security-Policy").orElse(""))
                .contains("default-src 'self'", "frame-ancestors 'none'")
                .doesNotContain("unsafe");
        assertThat(fields.first("X-Frame-Options")).contains("DENY");
        assertThat(fields.first("X-Content-Type-Options")).contains("nosniff");
        assertThat(fields.first("Referrer-Policy")).contains("no-referrer");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/apps/clock", "/runs/39", "/runs/40"})
    void noPageHasScriptOrStyleOfItsOwn(String target) throws Exception {
        assertThat(get(target).bodyAsText())
                .doesNotContain("<style", " style=", " onclick=", " onload=")
                .doesNotContainPattern("<script(?! src=\"/assets/)")
                .doesNotContainPattern("(src|href)=\"//");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/nowhere",
                "/apps/none",
                "/runs/999",
                "/runs/x",
                "/runs/-1",
                "/apps/clock/nothing",
                "/jobs/x",
                "/jobs/x/y",
                "/jobs/none/log",
                "/jobs/none/log.txt",
                "/jobs/a b/log",
                "/assets/none.css",
                "/runs?app=none"
            })
    void whatIsNotThereIs404WithAWayBack(String target) throws Exception {
        Response response = get(target.replace(" ", "%20"));
        assertThat(response.status()).isEqualTo(404);
        assertThat(response.bodyAsText()).contains("<a href=\"/\">");
    }

    @Test
    void aForeignHostNameIsMisdirected() throws Exception {
        Response response = pages(fake).handle(request("GET", "/", Fields.of("Host", "evil.example")));
        assertThat(response.status()).isEqualTo(421);
        assertThat(response.bodyAsText()).doesNotContain("clock");
    }

    @Test
    void aRequestWithoutHostIsMisdirected() throws Exception {
        assertThat(pages(fake).handle(request("GET", "/", Fields.empty())).status())
                .isEqualTo(421);
    }

    @Test
    void nothingCanBeChangedHere() throws Exception {
        Response response = pages(fake).handle(request("POST", "/apps/clock", Fields.of("Host", "localhost")));
        assertThat(response.status()).isEqualTo(405);
        assertThat(response.fields().first("Allow")).contains("GET, HEAD");
    }

    @Test
    void anAssetIsKeptForEverUnderItsDigestAndKnownByItsTag() throws Exception {
        String page = get("/").bodyAsText();
        String url = page.substring(
                page.indexOf("/assets/pinisi.css"), page.indexOf('"', page.indexOf("/assets/pinisi.css")));
        Response response = get(url);
        assertThat(response.fields().first("Cache-Control"))
                .hasValueSatisfying(value -> assertThat(value).contains("immutable"));
        String tag = response.fields().first("ETag").orElseThrow();
        Response again = pages(fake)
                .handle(request("GET", "/assets/pinisi.css", Fields.of("Host", "localhost", "If-None-Match", tag)));
        assertThat(again.status()).isEqualTo(304);
        assertThat(again.fields().first("ETag")).contains(tag);
    }

    private static FakeDeployments hostile() {
        FakeDeployments fake = new FakeDeployments();
        Run run = new Run(
                1,
                "evil",
                HOSTILE,
                true,
                "<b>bold</b>",
                HOSTILE,
                Cause.PUSH,
                HOSTILE,
                Run.State.FAILED,
                HOSTILE,
                OptionalInt.empty(),
                Scene.ago(60),
                Optional.of(Scene.ago(50)));
        fake.runs.add(run);
        fake.runs.add(Scene.run(2, "evil", Run.State.RUNNING, HOSTILE, 5, OptionalLong.empty(), HOSTILE));
        fake.steps.put(
                1L,
                List.of(new Step(
                        1,
                        HOSTILE,
                        Step.State.FAILED,
                        HOSTILE,
                        Optional.of("job/1"),
                        Scene.ago(60),
                        Optional.of(Scene.ago(50)))));
        fake.logs.put("job/1", FakeLog.of("\u001b[31m" + HOSTILE + "\u001b[0m" + HOSTILE));
        fake.drawings.put(
                1L,
                new Drawing(
                        List.of(new Drawing.Node(
                                "1",
                                HOSTILE,
                                HOSTILE,
                                Optional.of(HOSTILE),
                                Optional.of("job/1"),
                                Optional.of(HOSTILE))),
                        List.of()));
        fake.releases.add(Scene.release("evil", 1, "<script>", HOSTILE, 60));
        fake.console.write(HOSTILE);
        fake.settings.add(new SettingView(HOSTILE, true, ""));
        fake.apps.add(new AppView(
                "evil",
                "javascript:alert(1)",
                AppView.State.FAILED_SERVING,
                Optional.of(fake.releases.getFirst()),
                true,
                Optional.of(run),
                List.of(Scene.unit(HOSTILE, 1, List.of(HOSTILE)))));
        return fake;
    }

    private Response get(String target) throws Exception {
        return get(fake, target);
    }

    private static Response get(FakeDeployments fake, String target) throws Exception {
        return pages(fake).handle(request("GET", target, Fields.of("Host", "localhost:7400")));
    }

    private static Pages pages(FakeDeployments fake) {
        return new Pages(fake, new FakeNames(), Scene.ADDRESSES, InstantSource.fixed(Scene.NOW));
    }

    private static Request request(String method, String target, Fields fields) {
        return Request.of(method, target, fields, InputStream.nullInputStream());
    }
}
