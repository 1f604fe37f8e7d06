package org.pinisi.certificates;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.pinisi.flow.TlsClient;
import org.pinisi.http.Address;
import org.pinisi.http.Certified;
import org.pinisi.http.ClientRequest;
import org.pinisi.http.ClientResponse;
import org.pinisi.http.Fields;
import org.pinisi.http.HttpClient;
import org.pinisi.http.HttpServer;
import org.pinisi.http.Loops;
import org.pinisi.http.Origin;
import org.pinisi.http.Request;
import org.pinisi.http.Response;
import org.pinisi.http.TlsServer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Stands before Pebble 2.4, which knows neither profiles nor renewal information nor rate limits, and adds
/// them: profiles to the directory, an answer about renewal windows, and refusals when told to.
final class AcmeFront implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int MOST = 1 << 20;
    private static final int CREATED = 201;

    private final Pebble pebble;
    private final Loops loops = Loops.create("acme-front", 1);
    private final Certified root;
    private final TlsServer tls;
    private final HttpServer server;
    private final HttpClient client;
    private final List<JsonNode> orders = new CopyOnWriteArrayList<>();
    private final AtomicInteger windowQuestions = new AtomicInteger();
    private final AtomicReference<Optional<Instant[]>> window = new AtomicReference<>(Optional.empty());
    private final AtomicReference<Optional<Response>> refusal = new AtomicReference<>(Optional.empty());

    AcmeFront(Pebble pebble) {
        this.pebble = pebble;
        Instant now = InstantSource.system().instant();
        CertificateMaker maker = new CertificateMaker();
        root = maker.root("front", KeyType.P256, List.of(), now, Duration.ofDays(10));
        Certified own = maker.leaf(
                root,
                KeyType.P256,
                List.of(SubjectName.parse("127.0.0.1")),
                KeyType.P256.generate(),
                now,
                now.plus(Duration.ofDays(9)));
        tls = TlsServer.builder(_ -> Optional.of(own)).build();
        client = HttpClient.builder()
                .tls(TlsClient.builder().trust(pebble.trust()).build())
                .build();
        server = HttpServer.builder(Address.inet("127.0.0.1", 0), this::answer, loops)
                .tls(tls)
                .start();
    }

    Issuer.Acme.Builder issuer() {
        return Issuer.Acme.at("Pebble", URI.create("https://" + server.address() + "/dir"))
                .agreeToTerms()
                .trust(List.of(root.chain().getFirst()));
    }

    /// What it says about every certificate from now on.
    void window(Instant start, Instant end) {
        window.set(Optional.of(new Instant[] {start, end}));
    }

    int windowQuestions() {
        return windowQuestions.get();
    }

    /// What it answers to new orders instead of letting them through; empty lets them through again.
    void refuse(Optional<Response> answer) {
        refusal.set(answer);
    }

    static Response rateLimited(Duration wait) {
        return problem(429, "rateLimited", "too many new orders, try later")
                .with("Retry-After", Long.toString(wait.toSeconds()));
    }

    static Response problem(int status, String type, String detail) {
        String body = "{\"type\": \"urn:ietf:params:acme:error:%s\", \"detail\": \"%s\"}".formatted(type, detail);
        return Response.bytes(status, "application/problem+json", body.getBytes(StandardCharsets.UTF_8));
    }

    /// What the orders that Pebble took were for, as the client wrote them.
    List<JsonNode> orders() {
        return orders;
    }

    private Response answer(Request request) throws IOException, InterruptedException {
        if (request.rawPath().startsWith("/renewal-info/")) {
            windowQuestions.incrementAndGet();
            Optional<Instant[]> told = window.get();
            return told.map(at -> Response.json(
                                    200,
                                    "{\"suggestedWindow\": {\"start\": \"%s\", \"end\": \"%s\"}}"
                                            .formatted(at[0], at[1]))
                            .with("Retry-After", "3600"))
                    .orElseGet(() -> problem(404, "malformed", "no such certificate"));
        }
        byte[] body = request.bodyAsBytes(MOST);
        boolean order = request.rawPath().equals("/order-plz");
        if (order && refusal.get().isPresent()) {
            return withNonce(refusal.get().get());
        }
        Response answer = forwarded(request, body);
        // Pebble refuses a nonce now and then; the client sends that order once more.
        if (order && answer.status() == CREATED) {
            String payload = JSON.readTree(body).get("payload").asString();
            orders.add(JSON.readTree(Base64.getUrlDecoder().decode(payload)));
        }
        return answer;
    }

    private Response withNonce(Response refused) throws InterruptedException {
        try (ClientResponse nonce = client.send(upstream(), ClientRequest.of("HEAD", "/nonce-plz"))) {
            return refused.with(
                    "Replay-Nonce", nonce.fields().first("Replay-Nonce").orElseThrow());
        }
    }

    private Origin upstream() {
        return new Origin(Address.inet("127.0.0.1", pebble.port()), true);
    }

    private Response forwarded(Request request, byte[] body) throws InterruptedException {
        ClientRequest asked = ClientRequest.of(request.method(), request.target())
                .with("Host", server.address().toString());
        if (body.length > 0) {
            asked = asked.withBody(request.fields().first("Content-Type").orElseThrow(), body);
        }
        for (String name : List.of("Accept", "User-Agent")) {
            Optional<String> value = request.fields().first(name);
            asked = value.isPresent() ? asked.with(name, value.get()) : asked;
        }
        try (ClientResponse response = client.send(upstream(), asked)) {
            byte[] answer = response.bodyAsBytes(MOST);
            if (request.rawPath().equals("/dir")) {
                answer = directory(answer);
            }
            Response result = Response.bytes(
                    response.status(), response.fields().first("Content-Type").orElse("text/plain"), answer);
            for (Fields.Field field : response.fields().all()) {
                if (List.of("replay-nonce", "location", "link", "retry-after")
                        .contains(field.name().toLowerCase(java.util.Locale.ROOT))) {
                    result = result.with(field.name(), field.value());
                }
            }
            return result;
        }
    }

    private byte[] directory(byte[] answer) {
        ObjectNode directory = (ObjectNode) JSON.readTree(answer);
        directory.put("renewalInfo", "https://" + server.address() + "/renewal-info");
        ObjectNode profiles = ((ObjectNode) directory.get("meta")).putObject("profiles");
        Map.of("classic", "90 days", "shortlived", "6 days").forEach(profiles::put);
        return JSON.writeValueAsBytes(directory);
    }

    @Override
    public void close() {
        server.close();
        tls.close();
        client.close();
        loops.close();
    }
}
