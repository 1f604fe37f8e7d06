package org.pinisi.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.pinisi.http.ClientRequest;
import org.pinisi.http.ClientResponse;
import org.pinisi.http.EventReader;
import org.pinisi.http.HttpClient;
import org.pinisi.http.ServerEvent;

@Timeout(60)
final class PagesServerTest {
    private static final int MOST = 1 << 20;
    private final FakeDeployments fake = Scene.whole();
    private final PagesServer server = new PagesServer(fake, InstantSource.fixed(Scene.NOW));
    private final HttpClient client = HttpClient.create();

    @AfterEach
    void close() {
        client.close();
        server.close();
    }

    @Test
    void aPageComesOverHttp() throws Exception {
        try (ClientResponse response = client.send(server.address(), request("/"))) {
            assertThat(response.status()).isEqualTo(200);
            assertThat(response.fields().first("Content-Type")).contains("text/html; charset=utf-8");
            assertThat(response.bodyAsText(MOST)).containsSubsequence("<!doctype html>", "</html>");
        }
    }

    @Test
    void aLogComesWholeAsText() throws Exception {
        try (ClientResponse response =
                client.send(server.address(), request("/jobs/" + Scene.DEPLOY_JOB + "/log.txt"))) {
            assertThat(response.fields().first("Content-Type")).contains("text/plain; charset=utf-8");
            assertThat(response.bodyAsText(MOST))
                    .isEqualTo("unit clock-r4 on 127.0.0.1:20004\nGET / 200\nswitched, no request was lost\n");
        }
    }

    @Test
    void theConsoleComesAsText() throws Exception {
        try (ClientResponse response = client.send(server.address(), request("/apps/clock/console.txt"))) {
            assertThat(response.bodyAsText(MOST)).startsWith("listening on 20004\n");
        }
    }

    @Test
    void aLogIsFollowedWhileItIsWrittenAndResumed() throws Exception {
        FakeLog log = new FakeLog();
        log.write("one\n");
        fake.logs.put("job/live", log);
        try (ClientResponse response = client.send(server.address(), request("/jobs/job/live/log"))) {
            EventReader events = response.events();
            assertThat(events.next()).contains(new ServerEvent("4", "text", "[[\"\",\"one\\n\"]]"));
            log.write("two\n");
            assertThat(events.next()).contains(new ServerEvent("8", "text", "[[\"\",\"two\\n\"]]"));
        }
        log.write("three\n");
        log.end();
        ClientRequest resumed = request("/jobs/job/live/log").with("Last-Event-ID", "8");
        try (ClientResponse response = client.send(server.address(), resumed)) {
            EventReader events = response.events();
            assertThat(events.next()).contains(new ServerEvent("14", "text", "[[\"\",\"three\\n\"]]"));
            assertThat(events.next())
                    .hasValueSatisfying(end -> assertThat(end.event()).isEqualTo("end"));
            assertThat(events.next()).isEmpty();
        }
        await().untilAsserted(() -> assertThat(fake.open).hasValue(0));
    }

    @Test
    void aChangeReachesThePage() throws Exception {
        try (ClientResponse response = client.send(server.address(), request("/events?seen=long-ago"))) {
            EventReader events = response.events();
            assertThat(events.next())
                    .hasValueSatisfying(event -> assertThat(event.event()).isEqualTo("changed"));
            fake.changes.signal();
            assertThat(events.next())
                    .hasValueSatisfying(event -> assertThat(event.id()).endsWith("-1"));
        }
    }

    private static ClientRequest request(String target) {
        return ClientRequest.get(target).with("Host", "localhost");
    }
}
