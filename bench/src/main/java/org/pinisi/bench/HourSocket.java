package org.pinisi.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// One WebSocket of the mixed load, by the JDK's client: each message must come back with the route's name
/// before it.
final class HourSocket {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final HourTally tally;
    private final SSLContext trust;
    private final int port;
    private final String route;

    HourSocket(HourTally tally, SSLContext trust, int port, String route) {
        this.tally = tally;
        this.trust = trust;
        this.port = port;
        this.route = route;
    }

    /// What came: a message, or that nothing more comes.
    private sealed interface Heard {
        record Text(String text) implements Heard {}

        record End(String why) implements Heard {}
    }

    void talk(int messages, long betweenMillis) throws IOException, InterruptedException {
        BlockingQueue<Heard> heard = new LinkedBlockingQueue<>();
        try (HttpClient client = HttpClient.newBuilder()
                .sslContext(trust)
                .connectTimeout(PATIENCE)
                .build()) {
            WebSocket socket = client.newWebSocketBuilder()
                    .connectTimeout(PATIENCE)
                    .buildAsync(URI.create("wss://" + route + ".localhost:" + port + "/socket"), new Listener(heard))
                    .join();
            try {
                for (int i = 0; i < messages; i++) {
                    String text = "message " + i;
                    socket.sendText(text, true).join();
                    answered(heard, text);
                    TimeUnit.MILLISECONDS.sleep(betweenMillis);
                }
                socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
            } finally {
                socket.abort();
                client.shutdownNow();
            }
        } catch (CompletionException failure) {
            throw new IOException("a WebSocket: " + failure.getCause(), failure);
        }
    }

    private void answered(BlockingQueue<Heard> heard, String text) throws IOException, InterruptedException {
        switch (heard.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            case Heard.Text(String said) -> {
                if (said.equals(HourContent.said(route, text))) {
                    tally.right("socket");
                } else {
                    tally.wrong("socket", route + " said " + said + " to " + text);
                }
            }
            case Heard.End(String why) -> throw new IOException("the WebSocket ended: " + why);
            case null -> throw new IOException("no answer on a WebSocket");
        }
    }

    /// Puts what comes into a queue.
    private record Listener(BlockingQueue<Heard> heard) implements WebSocket.Listener {
        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            // The messages are short, so each comes in one piece.
            heard.add(new Heard.Text(data.toString()));
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
            heard.add(new Heard.End(status + " " + reason));
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            heard.add(new Heard.End(error.toString()));
        }
    }
}
