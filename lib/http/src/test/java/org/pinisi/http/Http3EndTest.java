package org.pinisi.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// How connections of HTTP/3 end, and among which loops they are spread.
@ExtendWith(LeakCheck.class)
final class Http3EndTest {
    private static final String HOST = Http3Fixture.HOST;

    private Http3Fixture server = Http3Fixture.builder().start();

    @AfterEach
    void stop() {
        server.close();
    }

    private void restart(Http3Fixture.Builder with) {
        server.close();
        server = with.start();
    }

    @Test
    void aRequestUnderWayEndsBeforeADrainedConnectionDoes() throws Exception {
        try (Http3Peer peer = server.connect()) {
            Http3Peer.Stream stream = peer.open();
            stream.send(Http3Peer.head("POST", HOST, "/"));
            await().untilAsserted(() -> assertThat(server.echoes.accepted).hasValue(1));

            server.gateway.drain();
            await().until(peer::isToldToGo);
            stream.sendAll("still here".getBytes(StandardCharsets.US_ASCII));

            assertThat(stream.awaitAnswer().text()).isEqualTo("still here");
            assertThat(peer.isEnded()).isTrue();
        }
        await().untilAsserted(() -> assertThat(server.echoes.connections).hasValue(0));
        assertThat(server.echoes.completed).hasValue(1);
    }

    @Test
    void aLargeAnswerUnderWayArrivesWholeOnADrainedConnection() throws Exception {
        try (Http3Peer peer = new Http3Peer(server.port, HOST, 64 << 10)) {
            Http3Peer.Stream stream = peer.begin(Http3Peer.head("GET", HOST, "/much"), null);
            await().until(() -> stream.received() > 0);

            server.gateway.drain();

            assertThat(stream.awaitAnswer().body()).hasSize(10_000_000);
            assertThat(peer.isEnded()).isTrue();
        }
    }

    @Test
    void aDrainedConnectionWithoutRequestsEnds() throws Exception {
        try (Http3Peer peer = server.connect()) {
            assertThat(peer.get(HOST, "/").status()).isEqualTo(200);

            server.gateway.drain();

            assertThat(peer.isEnded()).isTrue();
        }
    }

    @Test
    void closingEndsConnectionsAndTheirRequests() throws Exception {
        try (Http3Peer peer = server.connect()) {
            Http3Peer.Stream stream = peer.open();
            stream.send(Http3Peer.head("POST", HOST, "/never"));
            await().untilAsserted(() -> assertThat(server.echoes.accepted).hasValue(1));

            server.gateway.close();

            assertThat(peer.isEnded()).isTrue();
        }
        assertThat(server.echoes.cancelled).hasValue(1);
        assertThat(server.echoes.connections).hasValue(0);
    }

    @Test
    void anIdleConnectionEnds() throws Exception {
        restart(Http3Fixture.builder()
                .limits(HttpLimits.defaults()
                        .withTimes(Duration.ofMillis(100), Duration.ofMillis(200), Duration.ofSeconds(30))));
        try (Http3Peer peer = server.connect()) {
            assertThat(peer.get(HOST, "/").status()).isEqualTo(200);

            assertThat(peer.isEnded()).isTrue();
        }
        await().untilAsserted(() -> assertThat(server.echoes.connections).hasValue(0));
    }

    @Test
    void aClientThatGoesEndsItsRequests() throws Exception {
        try (Http3Peer peer = server.connect()) {
            for (int i = 0; i < 10; i++) {
                peer.open().send(Http3Peer.head("POST", HOST, "/"));
            }
            await().untilAsserted(() -> assertThat(server.echoes.accepted).hasValue(10));
        }
        await().untilAsserted(() -> assertThat(server.echoes.cancelled).hasValue(10));
        await().untilAsserted(() -> assertThat(server.echoes.connections).hasValue(0));
    }

    @Test
    void clientsAreServedByTwoLoops() throws Exception {
        restart(Http3Fixture.builder().threads(2));
        areServed(12);
    }

    @Test
    void clientsAreServedOnThePortableTransport() throws Exception {
        restart(Http3Fixture.builder().portable());
        areServed(4);
    }

    private void areServed(int clients) throws Exception {
        byte[] body = new byte[200_000];
        List<Http3Peer> peers = new ArrayList<>();
        try {
            for (int i = 0; i < clients; i++) {
                peers.add(server.connect());
            }
            for (Http3Peer peer : peers) {
                assertThat(peer.ask(Http3Peer.head("POST", HOST, "/"), body).body())
                        .isEqualTo(body);
            }
        } finally {
            peers.forEach(Http3Peer::close);
        }
    }
}
