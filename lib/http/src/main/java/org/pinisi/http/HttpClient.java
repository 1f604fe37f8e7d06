package org.pinisi.http;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;

/// A blocking HTTP/1.1 client over TCP and unix domain sockets, for virtual threads. Thread-safe; it keeps
/// connections for reuse. Interrupting a thread that waits in a call closes that call's connection.
///
/// Defaults: connecting 5 s, waiting for an answer 60 s, 60 s between two pieces of a body, 16 kept
/// connections an address, each for at most 30 s.
public final class HttpClient implements AutoCloseable {
    private final Duration connectTime;
    private final Duration answerTime;
    private final Duration idleTime;
    private final HttpLimits limits;
    private final ConnectionPool pool;
    private final Watchdog watchdog;

    private HttpClient(Builder builder) {
        this.connectTime = builder.connectTime;
        this.answerTime = builder.answerTime;
        this.idleTime = builder.idleTime;
        this.limits = HttpLimits.defaults().withBodyBytes(Long.MAX_VALUE);
        this.pool = new ConnectionPool(builder.kept, builder.keptTime);
        this.watchdog = new Watchdog("http-client-watchdog");
        this.watchdog.every(builder.keptTime, pool::sweep);
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

    /// Sends the request and waits for the answer's head; redirects and error statuses are answers like any
    /// other. The caller closes the answer. If a kept connection turns out to be dead, a request that may be
    /// sent twice is sent again once over a new one.
    ///
    /// @throws HttpException 502 if the server cannot be reached or breaks the rules, 504 if it is too slow
    /// @throws InterruptedException if the thread was interrupted; the connection is closed then
    public ClientResponse send(Address address, ClientRequest request) throws InterruptedException {
        try {
            ClientConnection kept = pool.take(address);
            if (kept != null) {
                try {
                    return exchange(address, request, kept);
                } catch (ClientConnection.TimeoutException | InterruptedIOException e) {
                    throw e;
                } catch (IOException e) {
                    if (kept.hasAnswered() || !request.isRepeatable()) {
                        throw e;
                    }
                }
            }
            return exchange(address, request, ClientConnection.open(address, watchdog, connectTime, idleTime, limits));
        } catch (InterruptedIOException e) {
            throw interrupted(e);
        } catch (IOException e) {
            throw failure(address, e);
        }
    }

    private ClientResponse exchange(Address address, ClientRequest request, ClientConnection connection)
            throws IOException, InterruptedException {
        boolean done = false;
        try {
            connection.send(request, address);
            Head head = connection.readHead(request.method().equals("HEAD"), answerTime);
            ClientResponse response = new ClientResponse(address, connection, pool, head);
            done = true;
            return response;
        } catch (HttpException e) {
            throw failure(address, e);
        } catch (IOException | InterruptedException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new HttpException(502, "the body of " + request + " could not be written: " + e.getMessage(), e);
        } finally {
            if (!done) {
                ConnectionPool.discard(connection);
            }
        }
    }

    static HttpException failure(Address address, Exception cause) {
        int status = cause instanceof ClientConnection.TimeoutException ? 504 : 502;
        return new HttpException(status, "talking to " + address + ": " + cause.getMessage(), cause);
    }

    /// The same as the exception that blocking calls throw. The thread's flag is taken back, as it is theirs
    /// to set.
    static InterruptedException interrupted(InterruptedIOException cause) {
        Thread.interrupted();
        InterruptedException interrupted = new InterruptedException("interrupted while waiting for a server");
        interrupted.initCause(cause);
        return interrupted;
    }

    /// Closes the kept connections. Calls and answers in progress fail at their next wait.
    @Override
    public void close() {
        pool.close();
        watchdog.close();
    }

    /// Collects a client's settings. Not thread-safe.
    public static final class Builder {
        private Duration connectTime = Duration.ofSeconds(5);
        private Duration answerTime = Duration.ofSeconds(60);
        private Duration idleTime = Duration.ofSeconds(60);
        private Duration keptTime = Duration.ofSeconds(30);
        private int kept = 16;

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

        public HttpClient build() {
            return new HttpClient(this);
        }
    }
}
