package org.pinisi.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URLDecoder;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The pages show the work.
final class PagesIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @RegisterExtension
    static final Running running = new Running();

    @Test
    void theFirstPageListsTheApps() {
        running.liveNode("listed");

        Answer page = running.page("/");

        assertThat(page.status()).isEqualTo(200);
        assertThat(page.head()).contains("text/html");
        assertThat(page.body()).contains("/apps/listed").contains("http://listed.localhost:");
    }

    @Test
    void anAppsPageShowsItsReleasesAndRuns() {
        Repository app = running.liveNode("shown");
        running.push(TestApp.version(app, 1, 2), "shown");

        Answer page = running.page("/apps/shown");

        assertThat(page.status()).isEqualTo(200);
        assertThat(page.body()).contains("v1").contains("v2").contains("/runs/").contains("shown-r2");
    }

    @Test
    void aRunsPageShowsItsStepsAndItsGraph() {
        running.liveNode("drawn");

        Answer page = running.page(runOf("drawn"));

        assertThat(page.status()).isEqualTo(200);
        assertThat(page.body())
                .contains("fetch")
                .contains("build")
                .contains("switch")
                .contains("<svg");
    }

    @Test
    void aFailedRunsPageSaysWhy() {
        running.push(TestApp.unhealthy(TestApp.node(running.folder())), "failed");

        assertThat(running.page(runOf("failed")).body()).contains("answered 500");
    }

    @Test
    void theLogOfABuildCanBeRead() {
        Repository app = Repository.init(running.folder())
                .write(
                        "pinisi.yaml",
                        "build: {kind: run, command: [echo, the sails are sewn]}\nstart: [node, server.js]\n")
                .write(
                        "server.js",
                        "require('http').createServer((_, answer) => answer.end('ok')).listen(process.env.PORT)")
                .commit("one");
        running.push(app, "sewn");

        String page = running.page(runOf("sewn")).body();
        String log = Pattern.compile("\\?job=([^\"#&]+)#log")
                .matcher(page)
                .results()
                .map(match -> URLDecoder.decode(match.group(1), UTF_8))
                .distinct()
                .map(job -> running.page("/jobs/" + job + "/log.txt").body())
                .reduce("", String::concat);

        assertThat(log).contains("the sails are sewn");
    }

    @Test
    void whatIsNotThereIsAPageThatSaysSo() {
        Answer page = running.page("/apps/nobody");

        assertThat(page.status()).isEqualTo(404);
        assertThat(page.body()).contains("nobody");
    }

    @Test
    void eventsTellOfAPush() throws Exception {
        Repository app = running.liveNode("told");
        try (Socket socket = new Socket("127.0.0.1", running.pinisi().webPort())) {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            String request = "GET /events HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(UTF_8));
            InputStream input = socket.getInputStream();
            assertThat(until(input, "text/event-stream")).contains("200");
            FutureTask<String> news = new FutureTask<>(() -> until(input, "event: changed"));
            Thread.ofVirtual().start(news);

            running.push(TestApp.version(app, 1, 2), "told");

            assertThat(within(news)).contains("event: changed");
        }
    }

    private static String within(FutureTask<String> task)
            throws InterruptedException, ExecutionException, TimeoutException {
        return task.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    /// What is read until `word` has come.
    private static String until(InputStream input, String word) throws IOException {
        StringBuilder text = new StringBuilder();
        while (text.indexOf(word) < 0) {
            int next = input.read();
            if (next < 0) {
                throw new IOException("the stream ended after: " + text);
            }
            text.append((char) next);
        }
        return text.toString();
    }

    /// The path of the app's newest run.
    private static String runOf(String app) {
        return Pattern.compile("/runs/\\d+")
                .matcher(running.page("/apps/" + app).body())
                .results()
                .map(MatchResult::group)
                .findFirst()
                .orElseThrow();
    }
}
