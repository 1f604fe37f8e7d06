package org.pinisi.certificates;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.pinisi.http.ClientRequest;
import org.pinisi.http.ClientResponse;
import org.pinisi.http.HttpClient;
import org.pinisi.http.HttpException;
import org.pinisi.http.Origin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Hears which names handshakes ask for, and lets the allowed ones in. Hearing neither blocks nor throws;
/// the rest happens on a thread of its own.
final class OnDemandGate implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OnDemandGate.class);
    private static final int MOST_WAITING = 100;
    private static final int MOST_KNOWN = 10_000;
    private static final int LONGEST_NAME = 253;
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration MEMORY = Duration.ofMinutes(10);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final OnDemand rules;
    private final InstantSource clock;
    private final Consumer<SubjectName> allowed;
    private final BlockingQueue<String> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
    // Names that were decided, until when: nothing is done about them before.
    private final Map<String, Instant> decided = new ConcurrentHashMap<>();
    private final Deque<Instant> admitted = new ArrayDeque<>();
    private final HttpClient client = HttpClient.builder()
            .connectTime(PATIENCE)
            .answerTime(PATIENCE)
            .idleTime(PATIENCE)
            .build();
    private final Thread thread;

    OnDemandGate(OnDemand rules, InstantSource clock, Consumer<SubjectName> allowed) {
        this.rules = rules;
        this.clock = clock;
        this.allowed = allowed;
        this.thread = Thread.ofVirtual().name("certificates-on-demand").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /// A handshake asks for this name. Dropped where too many wait.
    void heard(String serverName) {
        if (serverName.isEmpty() || serverName.length() > LONGEST_NAME) {
            return;
        }
        Instant until = decided.get(serverName);
        Instant now = clock.instant();
        if (until != null && now.isBefore(until)) {
            return;
        }
        if (decided.size() >= MOST_KNOWN) {
            decided.clear();
        }
        decided.put(serverName, now.plus(MEMORY));
        if (!waiting.offer(serverName)) {
            decided.remove(serverName);
        }
    }

    private void run() {
        try {
            while (true) {
                decide(waiting.take());
            }
        } catch (InterruptedException _) {
            // Closed.
        }
    }

    private void decide(String serverName) throws InterruptedException {
        try {
            SubjectName name = SubjectName.parse(serverName);
            if (name.isAddress() || !name.text().equals(serverName) || !rules.allows(name)) {
                return;
            }
            if (!underRate()) {
                LOG.warn("event=certificate-on-demand name={} refused=rate per-hour={}", name, rules.perHour());
                decided.remove(serverName);
                return;
            }
            if (rules.ask().isPresent() && !asked(rules.ask().get(), name)) {
                LOG.info("event=certificate-on-demand name={} refused=asked", name);
                return;
            }
            admitted.add(clock.instant());
            allowed.accept(name);
        } catch (CertificateException e) {
            LOG.debug("event=certificate-on-demand refused=name reason=\"{}\"", e.getMessage());
        }
    }

    private boolean underRate() {
        Instant from = clock.instant().minus(HOUR);
        while (!admitted.isEmpty() && !admitted.getFirst().isAfter(from)) {
            admitted.removeFirst();
        }
        return admitted.size() < rules.perHour();
    }

    private boolean asked(URI uri, SubjectName name) throws InterruptedException {
        String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        String target = path + "?domain=" + URLEncoder.encode(name.text(), StandardCharsets.UTF_8);
        try (ClientResponse response = client.send(Origin.of(uri), ClientRequest.get(target))) {
            return response.status() == 200;
        } catch (HttpException e) {
            LOG.warn("event=certificate-on-demand name={} ask={} reason=\"{}\"", name, uri, e.getMessage());
            return false;
        }
    }

    @Override
    public void close() {
        thread.interrupt();
        client.close();
    }
}
