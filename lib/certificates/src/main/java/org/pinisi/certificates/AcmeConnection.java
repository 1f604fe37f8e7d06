package org.pinisi.certificates;

import static java.util.Objects.requireNonNull;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.URL;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import org.pinisi.http.ClientRequest;
import org.pinisi.http.ClientResponse;
import org.pinisi.http.Fields;
import org.pinisi.http.HttpException;
import org.pinisi.http.Origin;
import org.shredzone.acme4j.Session;
import org.shredzone.acme4j.connector.DefaultConnection;
import org.shredzone.acme4j.connector.HttpConnector;
import org.shredzone.acme4j.connector.NetworkSettings;

/// acme4j's requests over the house's HTTP client: its trust, its deadlines, its bounds.
final class AcmeConnection extends DefaultConnection {
    /// How long one request may take before its answer begins, and how long the answer may pause.
    static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final int LONGEST_ANSWER = 1 << 20;
    private static final int SERVICE_UNAVAILABLE = 503;

    private final AcmeNetwork network;

    AcmeConnection(AcmeNetwork network, NetworkSettings settings) {
        super(new HttpConnector(settings, null));
        this.network = network;
    }

    @Override
    protected void sendRequest(Session session, URL url, Consumer<HttpRequest.Builder> extras) throws IOException {
        HttpRequest.Builder builder = httpConnector.createRequestBuilder(url);
        builder.header("Accept-Language", session.getLanguageHeader());
        extras.accept(builder);
        HttpRequest request = builder.build();
        network.count();
        try (ClientResponse response = network.client().send(Origin.of(request.uri()), translated(request))) {
            byte[] body = response.bodyAsBytes(LONGEST_ANSWER);
            if (response.status() == SERVICE_UNAVAILABLE) {
                response.fields()
                        .first("Retry-After")
                        .flatMap(AcmeConnection::seconds)
                        .ifPresent(network::unavailable);
            }
            lastResponse = new Answer(request, response.status(), headers(response), new ByteArrayInputStream(body));
        } catch (HttpException | IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("interrupted").initCause(e);
        }
    }

    private static ClientRequest translated(HttpRequest request) {
        URI uri = request.uri();
        String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        String target = uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
        ClientRequest result = ClientRequest.of(request.method(), target);
        Optional<byte[]> body = request.bodyPublisher().map(Collecting::bytes).filter(bytes -> bytes.length > 0);
        if (body.isPresent()) {
            String type = request.headers().firstValue("Content-Type").orElse("application/jose+json");
            result = result.withBody(type, body.get());
        }
        for (var field : request.headers().map().entrySet()) {
            if (!field.getKey().equalsIgnoreCase("Content-Type")) {
                result = result.with(field.getKey(), String.join(", ", field.getValue()));
            }
        }
        return result;
    }

    private static Optional<Duration> seconds(String text) {
        boolean number = text.length() <= 9 && !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
        return number ? Optional.of(Duration.ofSeconds(Long.parseLong(text))) : Optional.empty();
    }

    private static HttpHeaders headers(ClientResponse response) {
        return HttpHeaders.of(
                response.fields().all().stream()
                        .collect(Collectors.groupingBy(
                                Fields.Field::name, Collectors.mapping(Fields.Field::value, Collectors.toList()))),
                (_, _) -> true);
    }

    /// The bytes of a request's body, which acme4j always has in memory.
    private static final class Collecting implements Flow.Subscriber<ByteBuffer> {
        private final ByteArrayOutputStream collected = new ByteArrayOutputStream();
        private @Nullable Throwable failure;

        static byte[] bytes(HttpRequest.BodyPublisher publisher) {
            Collecting subscriber = new Collecting();
            publisher.subscribe(subscriber);
            if (subscriber.failure != null) {
                throw new IllegalArgumentException("the request's body cannot be read", subscriber.failure);
            }
            return subscriber.collected.toByteArray();
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(ByteBuffer item) {
            byte[] bytes = new byte[item.remaining()];
            item.get(bytes);
            collected.writeBytes(bytes);
        }

        @Override
        public void onError(Throwable throwable) {
            failure = throwable;
        }

        @Override
        public void onComplete() {}
    }

    private record Answer(HttpRequest request, int statusCode, HttpHeaders headers, InputStream body)
            implements HttpResponse<InputStream> {
        Answer {
            requireNonNull(headers, "headers");
        }

        @Override
        public Optional<HttpResponse<InputStream>> previousResponse() {
            return Optional.empty();
        }

        @Override
        public Optional<SSLSession> sslSession() {
            return Optional.empty();
        }

        @Override
        public URI uri() {
            return request.uri();
        }

        @Override
        public java.net.http.HttpClient.Version version() {
            return java.net.http.HttpClient.Version.HTTP_1_1;
        }

        @Override
        public String toString() {
            return "Answer[" + List.of(request.method(), statusCode) + "]";
        }
    }
}
