package org.pinisi.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.pinisi.http.Address;
import org.pinisi.http.ClientRequest;
import org.pinisi.http.ClientResponse;
import org.pinisi.http.HttpClient;

/// The admin socket, through the client that other rooms use.
@Timeout(60)
final class AdminTest {
    @TempDir
    Path folder;

    private EdgeClient client() {
        return new EdgeClient(folder.resolve("edge.sock"));
    }

    private static EdgeRoute route(String name, Upstream... upstreams) {
        return new EdgeRoute(name, List.of(name + ".test"), Target.Upstreams.of(upstreams));
    }

    @Test
    void tellsThatTheEdgeLives() {
        try (EdgeFixture edge = new EdgeFixture(folder);
                EdgeClient client = client()) {
            EdgeHealth health = client.health();
            assertThat(health.pid()).isEqualTo(ProcessHandle.current().pid());
            assertThat(health.addresses()).isEqualTo(edge.edge().addresses());
            assertThat(health.version()).isNotBlank();
            assertThat(health.routes()).isZero();
        }
    }

    @Test
    void setsListsAndRemovesRoutes() throws Exception {
        try (Origin origin = Origin.answering("hello");
                EdgeFixture edge = new EdgeFixture(folder);
                EdgeClient client = client();
                Wire wire = edge.connect()) {
            EdgeRoute route = route("app", origin.upstream("app-1"));
            client.put(route);
            assertThat(wire.get("app.test", "/").answer().body()).isEqualTo("hello");
            assertThat(client.route("app")).contains(route);
            client.put(route("other"));
            assertThat(client.routes()).containsExactly(route, route("other"));
            assertThat(client.stats("app").orElseThrow().successful()).isEqualTo(1);
            assertThat(client.stats("app").orElseThrow().inFlight()).containsEntry("app-1", 0);
            assertThat(client.delete("app")).isTrue();
            assertThat(client.delete("app")).isFalse();
            assertThat(client.route("app")).isEmpty();
            assertThat(client.stats("app")).isEmpty();
            assertThat(wire.get("app.test", "/").answer().status()).isEqualTo(404);
        }
    }

    @Test
    void drainsAndAnswersWhenDrained() throws Exception {
        CountDownLatch mayAnswer = new CountDownLatch(1);
        try (Origin origin = new Origin(exchange -> {
                    try {
                        mayAnswer.await();
                    } catch (InterruptedException stopped) {
                        Thread.currentThread().interrupt();
                    }
                    return exchange.ok("late");
                });
                EdgeFixture edge = new EdgeFixture(folder);
                EdgeClient client = client();
                Wire wire = edge.connect()) {
            client.put(route("app", origin.upstream("app-1")));
            wire.get("app.test", "/");
            Awaitility.await().until(() -> origin.heads().size() == 1);
            client.put(route("app"));
            assertThat(client.drain("app-1", Duration.ofMillis(100))).isEqualTo(1);
            AtomicReference<Integer> left = new AtomicReference<>();
            Thread drainer = Thread.ofVirtual().start(() -> left.set(client.drain("app-1", Duration.ofSeconds(30))));
            mayAnswer.countDown();
            assertThat(wire.answer().body()).isEqualTo("late");
            drainer.join();
            assertThat(left).hasValue(0);
        }
    }

    @Test
    void refusesToDrainWhatStillTakesRequests() throws Exception {
        try (Origin origin = Origin.answering("hello");
                EdgeFixture edge = new EdgeFixture(folder);
                EdgeClient client = client()) {
            client.put(route("app", origin.upstream("app-1")));
            assertThatThrownBy(() -> client.drain("app-1", Duration.ofSeconds(1)))
                    .isInstanceOf(EdgeException.class)
                    .hasMessageContaining("app-1 still takes requests");
            assertThat(edge.edge().routes().all()).hasSize(1);
        }
    }

    @Test
    void changesNothingWhenAHostBelongsToAnotherRoute() {
        try (EdgeFixture edge = new EdgeFixture(folder);
                EdgeClient client = client()) {
            client.put(route("app"));
            EdgeRoute thief = new EdgeRoute("thief", List.of("app.test"), Target.Upstreams.of());
            assertThatThrownBy(() -> client.put(thief))
                    .isInstanceOf(EdgeException.class)
                    .hasMessageContaining("app.test already belongs to the route app");
            assertThat(edge.edge().routes().all()).containsExactly(route("app"));
        }
    }

    @Test
    void refusesAnUpstreamWhoseNameIsUnknownAndAFolderThatIsNone() {
        try (EdgeFixture _ = new EdgeFixture(folder);
                EdgeClient client = client()) {
            Upstream nowhere = new Upstream("app-1", new Address.Inet("no-such-host.invalid", 80));
            assertThatThrownBy(() -> client.put(route("app", nowhere))).hasMessageContaining("host name is unknown");
            EdgeRoute site = new EdgeRoute("site", List.of("s.test"), new Target.Folder(folder.resolve("none")));
            assertThatThrownBy(() -> client.put(site)).hasMessageContaining("none");
            assertThat(client.routes()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "PUT | /routes/app | no json | 400 | not valid JSON",
                "PUT | /routes/app | [] | 400 | JSON object",
                "PUT | /routes/app | {\"name\":\"app\"} | 400 | hosts: missing",
                "PUT | /routes/app | {\"name\":\"app\",\"hosts\": [1]} | 400 | hosts[0]: 1",
                "PUT | /routes/app | {\"hosts\": [\"a.test\"]} | 400 | name: missing",
                "PUT | /routes/app | {\"name\":\"app\",\"hosts\":[\"a.test\"],\"target\":{}} | 400 | target: empty",
                "PUT | /routes/app | {\"name\":\"b\",\"hosts\":[\"a.test\"],\"target\":{\"folder\":\"/tmp\"}} | 400 | the body \"b\"",
                "PUT | /routes/app | {\"name\":\"app\",\"hosts\":[\"a.test\"],\"target\":{\"upstreams\":[{\"id\":\"x\",\"address\":\"y\"}]}} | 400 | expected: host:port",
                "GET | /routes/none | `` | 404 | no route",
                "DELETE | /routes/none | `` | 404 | no route",
                "GET | /nothing | `` | 404 | nothing",
                "POST | /health | `` | 405 | GET",
                "POST | /drain | {\"upstream\":\"x\"} | 400 | \"timeoutMillis\" is missing",
                "POST | /drain | {\"upstream\":\"x\",\"timeoutMillis\":-1} | 400 | expected: 0 to",
            })
    void saysWhatIsWrongWithACall(String method, String path, String body, int status, String message)
            throws Exception {
        try (EdgeFixture _ = new EdgeFixture(folder);
                HttpClient client = HttpClient.create()) {
            ClientRequest request = ClientRequest.of(method, path);
            if (!body.isEmpty()) {
                request = request.withBody("application/json", body.getBytes(StandardCharsets.UTF_8));
            }
            try (ClientResponse response = client.send(new Address.Unix(folder.resolve("edge.sock")), request)) {
                assertThat(response.status()).isEqualTo(status);
                assertThat(response.bodyAsText(10_000).replace("\\\"", "\"")).contains(message);
            }
        }
    }

    @Test
    void opensItsSocketToItsUserOnly() throws IOException {
        try (EdgeFixture _ = new EdgeFixture(folder)) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("edge.sock"))))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void stopsWhenToldTo() throws Exception {
        try (EdgeFixture edge = new EdgeFixture(folder);
                EdgeClient client = client()) {
            client.stop();
            edge.edge().awaitStopped();
            assertThatThrownBy(client::health)
                    .isInstanceOf(EdgeException.class)
                    .hasMessageContaining("no edge answers at");
        }
    }

    @Test
    void refusesToStartBesideAnotherEdge() {
        try (EdgeFixture _ = new EdgeFixture(folder);
                EdgeClient client = client()) {
            assertThatThrownBy(() -> new EdgeFixture(folder).close())
                    .isInstanceOf(EdgeException.class)
                    .hasMessageContaining("edge.sock");
            assertThat(client.health().pid()).isPositive();
        }
    }

    @Test
    void saysWhichAddressIsTaken() {
        try (EdgeFixture edge = new EdgeFixture(folder)) {
            String taken = edge.edge().addresses().getFirst().toString();
            assertThatThrownBy(() -> new EdgeFixture(folder.resolve("second"), "listen", taken).close())
                    .isInstanceOf(EdgeException.class)
                    .hasMessageContaining("cannot listen on " + taken);
        }
    }

    @Test
    void givesUpWhenItsThreadIsInterrupted() throws Exception {
        try (EdgeFixture _ = new EdgeFixture(folder);
                EdgeClient client = client()) {
            AtomicReference<Throwable> seen = new AtomicReference<>();
            Thread caller = Thread.ofVirtual().start(() -> {
                Thread.currentThread().interrupt();
                try {
                    client.health();
                } catch (EdgeException interrupted) {
                    seen.set(interrupted);
                }
            });
            caller.join();
            assertThat(seen.get()).hasMessageContaining("interrupted");
        }
    }
}
