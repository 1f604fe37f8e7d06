package org.pinisi.certificates;

import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.pinisi.flow.TlsClient;
import org.shredzone.acme4j.connector.Connection;
import org.shredzone.acme4j.connector.NetworkSettings;
import org.shredzone.acme4j.provider.AbstractAcmeProvider;

/// How one authority is reached. Thread-safe.
final class AcmeNetwork extends AbstractAcmeProvider implements AutoCloseable {
    private final org.pinisi.http.HttpClient client;
    private final LongAdder requests = new LongAdder();
    private final AtomicReference<Optional<Duration>> unavailable = new AtomicReference<>(Optional.empty());
    private final InstantSource machine = InstantSource.system();

    AcmeNetwork(Issuer.Acme issuer) {
        TlsClient.Builder tls = TlsClient.builder();
        if (!issuer.trust().isEmpty()) {
            tls.trust(issuer.trust());
        }
        client = org.pinisi.http.HttpClient.builder()
                .answerTime(AcmeConnection.PATIENCE)
                .idleTime(AcmeConnection.PATIENCE)
                .tls(tls.build())
                .build();
    }

    org.pinisi.http.HttpClient client() {
        return client;
    }

    void count() {
        requests.increment();
    }

    /// The authority says that it cannot serve us for that long (RFC 9110, 15.6.4).
    void unavailable(Duration wait) {
        unavailable.set(Optional.of(wait));
    }

    Optional<Duration> unavailable() {
        return unavailable.get();
    }

    void forget() {
        unavailable.set(Optional.empty());
    }

    /// How long until that moment, which acme4j worked out by the clock of the machine.
    Duration fromNow(Instant at) {
        Duration wait = Duration.between(machine.instant(), at);
        return wait.isNegative() ? Duration.ZERO : wait;
    }

    /// How many requests were sent.
    long requests() {
        return requests.sum();
    }

    @Override
    public boolean accepts(URI serverUri) {
        return true;
    }

    @Override
    public URL resolve(URI serverUri) {
        try {
            return serverUri.toURL();
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException("directory " + serverUri + ": " + e.getMessage(), e);
        }
    }

    @Override
    public @Nullable HttpClient createHttpClient(NetworkSettings settings) {
        return null;
    }

    @Override
    public Connection connect(URI serverUri, NetworkSettings settings, @Nullable HttpClient unused) {
        return new AcmeConnection(this, settings);
    }

    @Override
    public void close() {
        client.close();
    }
}
