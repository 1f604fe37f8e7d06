package org.pinisi.http;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.pinisi.flow.Context;
import org.pinisi.flow.Flow;
import org.pinisi.flow.FlowException;
import org.pinisi.flow.Flows;
import org.pinisi.flow.Protocols;
import org.pinisi.flow.TlsClient;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A blocking client for HTTP/1.1 and HTTP/2 over TCP, TLS and unix domain sockets, for virtual threads.
/// Thread-safe; it keeps connections for reuse. Interrupting a thread that waits in a call closes that
/// call's connection (HTTP/1.1) or cancels its stream (HTTP/2).
///
/// With TLS, the server chooses between HTTP/2 and HTTP/1.1 by ALPN; without, it is HTTP/1.1 unless the
/// builder says that servers are known to speak HTTP/2. Proxy settings of the environment are not read.
///
/// Defaults: connecting 5 s, waiting for an answer 60 s, 60 s between two pieces of a body, 16 kept
/// connections an origin, each for at most 30 s, no redirect followed, the system's authorities trusted.
public final class HttpClient implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HttpClient.class);
    private static final String HTTP2 = "h2";
    private static final String HTTP1 = "http/1.1";
    private static final int MOST_DRAINED = 64 << 10;
    private static final int MOST_TRIES = 3;

    private final Protocols protocols;
    private final Context context;
    private final TlsClient tls;
    private final boolean priorKnowledge;
    private final int redirects;
    private final ClientLink.Patience patience;
    private final HttpLimits limits;
    private final ConnectionPool pool;
    private final WebSocketClient webSockets = new WebSocketClient();

    private HttpClient(Builder builder) {
        this.protocols = builder.protocols;
        this.context = builder.context.withDefault(Flows.CONNECT_TIME, builder.connectTime);
        this.tls = builder.priorKnowledge
                ? builder.tls.withProtocols(HTTP2)
                : builder.http2 ? builder.tls.withProtocols(HTTP2, HTTP1) : builder.tls.withProtocols(HTTP1);
        this.priorKnowledge = builder.priorKnowledge;
        this.redirects = builder.redirects;
        this.patience = new ClientLink.Patience(builder.answerTime, builder.idleTime);
        this.limits = HttpLimits.defaults().withBodyBytes(Long.MAX_VALUE);
        this.pool = new ConnectionPool(builder.kept, builder.keptTime);
    }

    /// A client with the defaults.
    public static HttpClient create() {
        return builder().build();
    }

    public static Builder builder() {
        return new Builder();
    }

    /// `send` of a GET without further fields.
    public ClientResponse get(Address address, String target) throws InterruptedException {
        return send(address, ClientRequest.get(target));
    }

    /// `send` without TLS.
    public ClientResponse send(Address address, ClientRequest request) throws InterruptedException {
        return send(Origin.plain(address), request);
    }

    /// Sends the request and waits for the answer's head; error statuses are answers like any other, and
    /// so are redirects unless the builder says otherwise. The caller closes the answer.
    ///
    /// A request is sent again over a new connection if a kept one turns out to be dead and the request
    /// may be sent twice, or if the server said that it did nothing about it.
    ///
    /// @throws HttpException 502 if the server cannot be reached or breaks the rules, 504 if it is too
    ///     slow
    /// @throws InterruptedException if the thread was interrupted
    public ClientResponse send(Origin origin, ClientRequest request) throws InterruptedException {
        Redirects.Step step = new Redirects.Step(origin, request);
        for (int followed = 0; ; followed++) {
            ClientResponse answer = sendOnce(step.origin(), step.request());
            boolean done = false;
            try {
                Optional<Redirects.Step> next = redirects == 0
                        ? Optional.empty()
                        : Redirects.follow(step.origin(), step.request(), answer.status(), answer.fields());
                if (next.isEmpty()) {
                    done = true;
                    return answer;
                }
                if (followed == redirects) {
                    throw new HttpException(502, origin + " redirects more than " + redirects + " times");
                }
                step = next.get();
            } finally {
                if (!done) {
                    drain(answer);
                }
            }
        }
    }

    /// A short body is read, so that its connection can be used again.
    private static void drain(ClientResponse answer) throws InterruptedException {
        try (answer) {
            byte[] ignored = answer.body().readNBytes(MOST_DRAINED);
            LOG.debug("event=redirect-body bytes={}", ignored.length);
        } catch (InterruptedIOException e) {
            throw interrupted(e);
        } catch (IOException | HttpException _) {
            // It is not wanted anyway; the connection is closed.
            answer.close();
        }
    }

    private ClientResponse sendOnce(Origin origin, ClientRequest request) throws InterruptedException {
        try {
            for (int tries = 1; ; tries++) {
                ClientLink kept = tries < MOST_TRIES ? pool.take(origin) : null;
                ClientLink link = kept == null ? connect(origin, true) : kept;
                try {
                    return new ClientResponse(origin, request.target(), exchange(link, request));
                } catch (ClientLink.UnansweredException e) {
                    if (!e.allowsAgain(request, kept != null) || tries == MOST_TRIES) {
                        throw e;
                    }
                }
            }
        } catch (InterruptedIOException e) {
            throw interrupted(e);
        } catch (IOException | HttpException e) {
            throw failure(origin, e);
        }
    }

    /// Opens a WebSocket: over HTTP/2 beside other requests where the server offers that (RFC 8441), else
    /// over a connection of its own. The caller closes it. A server that is silent for the client's idle
    /// time is taken for gone; whoever expects longer pauses pings meanwhile.
    ///
    /// @param fields further ones; Sec-WebSocket-Protocol among them offers subprotocols
    /// @throws HttpException 502 if the server cannot be reached or agrees to none, 504 if it is too slow
    public WebSocket webSocket(Origin origin, String target, Fields fields, WebSocketLimits limits)
            throws InterruptedException {
        try {
            Http2Client kept = pool.takeShared(origin);
            ClientLink link = kept == null ? connect(origin, true) : kept;
            if (link instanceof Http2Client shared) {
                if (shared.offersTunnels()) {
                    return webSockets.over(shared, target, fields, limits);
                }
                shared.unreserve();
                link = connect(origin, false);
            }
            return switch (link) {
                case ClientConnection own -> webSockets.over(own, target, fields, limits);
                case Http2Client _ -> throw new IOException("the server chose HTTP/2 unasked");
            };
        } catch (InterruptedIOException e) {
            throw interrupted(e);
        } catch (IOException | HttpException e) {
            throw failure(origin, e);
        } catch (InterruptedException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new HttpException(502, "talking to " + origin + ": " + e.getMessage(), e);
        }
    }

    private static ClientCall exchange(ClientLink link, ClientRequest request)
            throws IOException, InterruptedException {
        boolean done = false;
        try {
            ClientCall call = link.call(request);
            done = true;
            return call;
        } catch (IOException | InterruptedException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new HttpException(502, "the body of " + request + " could not be written: " + e.getMessage(), e);
        } finally {
            if (!done && link instanceof ClientConnection connection) {
                connection.close();
            }
        }
    }

    private ClientLink connect(Origin origin, boolean http2) throws IOException, InterruptedException {
        if (pool.isClosed()) {
            throw new IOException("the HTTP client is closed");
        }
        Flow flow = open(origin, http2 ? tls : tls.withProtocols(HTTP1));
        boolean chosen = TlsClient.applicationProtocol(flow).equals(HTTP2);
        boolean speaksHttp2 = origin.secure() ? chosen : http2 && priorKnowledge;
        if (http2 && priorKnowledge && !speaksHttp2) {
            flow.close();
            throw new IOException("the server does not speak HTTP/2");
        }
        if (!speaksHttp2) {
            return new ClientConnection(origin, flow, pool, patience, limits);
        }
        Http2Client shared = Http2Client.start(origin, flow, patience, limits.headBytes());
        pool.share(origin, shared);
        return shared;
    }

    private Flow open(Origin origin, TlsClient with) throws InterruptedException {
        Context to = switch (origin.address()) {
            case Address.Inet(String _, int port) ->
                context.with(Flows.HOST, origin.host()).with(Flows.PORT, port);
            case Address.Unix(Path path) -> context.with(Flows.UNIX_PATH, path).with(Flows.SERVER_NAME, origin.host());
        };
        try {
            return protocols.resolve(origin.secure() ? to.with(Flows.TLS, with) : to);
        } catch (FlowException e) {
            throw new HttpException(e.isTimeout() ? 504 : 502, "talking to " + origin + ": " + e.getMessage(), e);
        }
    }

    static HttpException failure(Origin origin, Exception cause) {
        if (cause instanceof HttpException known
                && String.valueOf(known.getMessage()).startsWith("talking to ")) {
            return known;
        }
        int status = cause instanceof ClientLink.TimeoutException ? 504 : 502;
        return new HttpException(status, "talking to " + origin + ": " + cause.getMessage(), cause);
    }

    /// The same as the exception that blocking calls throw. The thread's flag is taken back, as it is
    /// theirs to set.
    static InterruptedException interrupted(InterruptedIOException cause) {
        Thread.interrupted();
        InterruptedException interrupted = new InterruptedException("interrupted while waiting for a server");
        interrupted.initCause(cause);
        return interrupted;
    }

    /// Closes the kept connections. Calls in progress over HTTP/1.1 go on to their end, those over HTTP/2
    /// fail.
    @Override
    public void close() {
        pool.close();
    }

    /// Collects a client's settings. Not thread-safe.
    public static final class Builder {
        private Duration connectTime = Duration.ofSeconds(5);
        private Duration answerTime = Duration.ofSeconds(60);
        private Duration idleTime = Duration.ofSeconds(60);
        private Duration keptTime = Duration.ofSeconds(30);
        private int kept = 16;
        private int redirects;
        private boolean http2 = true;
        private boolean priorKnowledge;
        private Protocols protocols = Flows.standard();
        private Context context = Context.empty();
        private TlsClient tls = TlsClient.create();

        private Builder() {}

        /// How long connecting may take.
        public Builder connectTime(Duration newConnectTime) {
            connectTime = requireNonNull(newConnectTime, "connectTime");
            return this;
        }

        /// How long to wait for the head of an answer.
        public Builder answerTime(Duration newAnswerTime) {
            answerTime = requireNonNull(newAnswerTime, "answerTime");
            return this;
        }

        /// How long a body may pause, in either direction.
        public Builder idleTime(Duration newIdleTime) {
            idleTime = requireNonNull(newIdleTime, "idleTime");
            return this;
        }

        /// How many connections to keep for an address, and for how long.
        public Builder keep(int newKept, Duration newKeptTime) {
            kept = newKept;
            keptTime = requireNonNull(newKeptTime, "keptTime");
            return this;
        }

        /// How many redirects to follow for one request, at most 20; 0 for none. To another origin no
        /// field goes along that could hold credentials, and out of TLS none is followed.
        public Builder redirects(int newRedirects) {
            if (newRedirects < 0 || newRedirects > 20) {
                throw new IllegalArgumentException("redirects: " + newRedirects + " (expected: 0 to 20)");
            }
            redirects = newRedirects;
            return this;
        }

        /// Whether to offer HTTP/2 to servers with TLS; it is by default.
        public Builder http2(boolean newHttp2) {
            http2 = newHttp2;
            return this;
        }

        /// Speaks HTTP/2 to every server, without TLS as well.
        public Builder http2PriorKnowledge() {
            priorKnowledge = true;
            return this;
        }

        /// Whom to trust and who we are, where an origin is secure.
        public Builder tls(TlsClient newTls) {
            tls = requireNonNull(newTls, "tls");
            return this;
        }

        /// The ways to connect.
        public Builder protocols(Protocols newProtocols) {
            protocols = requireNonNull(newProtocols, "protocols");
            return this;
        }

        /// What is known about every connection: a resolver, say. Host, port, path and TLS are added to
        /// it.
        public Builder context(Context newContext) {
            context = requireNonNull(newContext, "context");
            return this;
        }

        public HttpClient build() {
            return new HttpClient(this);
        }
    }
}
