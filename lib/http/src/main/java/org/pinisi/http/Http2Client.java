package org.pinisi.http;

import io.netty.handler.codec.http2.Http2Headers;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.pinisi.flow.Flow;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One connection to a server that speaks HTTP/2 (RFC 9113), shared by the threads that call. One virtual
/// thread reads it and one writes it; a caller waits on its own request alone.
///
/// Windows: 1 MiB for each answer, given back by halves as it is read, so that a reader who pauses holds
/// back its own answer only; 4 MiB for the connection, given back as it comes. So at most 1 MiB a running
/// request is held. At most 100 requests run at once, fewer if the server says so. Pushes are refused.
final class Http2Client implements ClientLink {
    static final int STREAM_WINDOW = 1 << 20;
    static final int CONNECTION_WINDOW = 4 << 20;
    private static final Logger LOG = LoggerFactory.getLogger(Http2Client.class);
    private static final int DEFAULT_WINDOW = 65_535;
    private static final int MOST_STREAMS = 100;
    private static final int LAST_STREAM = Integer.MAX_VALUE - 2;
    private static final Duration LAST_WORDS = Duration.ofSeconds(1);
    private static final String HUNG_UP = "the server closed the connection";
    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final Origin origin;
    private final Flow flow;
    private final Patience patience;
    private final Http2ClientWriter writer;
    private final Http2ClientReader reader;
    private final Http2ClientOutput output;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition settled = lock.newCondition();
    private final Map<Integer, Http2ClientCall> calls = new HashMap<>();
    private int nextStream = 1;
    /// The one who asked for the connection has a place from the beginning.
    private int reserved = 1;
    private long idleSince = System.nanoTime();
    private long mostStreams = MOST_STREAMS;
    private boolean connectProtocol;
    private boolean hasSettings;
    private boolean draining;
    private volatile long lastRead = System.nanoTime();
    private @Nullable IOException failure;

    private Http2Client(Origin origin, Flow flow, Patience patience, int headBytes) {
        this.origin = origin;
        this.flow = flow;
        this.patience = patience;
        this.writer = new Http2ClientWriter(flow);
        this.output = new Http2ClientOutput(writer, lock, patience.idle());
        this.reader = new Http2ClientReader(flow, new Http2ClientEvents(this, output, lock), headBytes);
    }

    /// Begins to speak over a connected flow, which it owns from now on. The first place is the caller's.
    static Http2Client start(Origin origin, Flow flow, Patience patience, int headBytes) {
        Http2Client client = new Http2Client(origin, flow, patience, headBytes);
        // The waits of calls are bounded each; this one only ends a connection that is dead altogether.
        Duration longest = patience.answer().compareTo(patience.idle()) > 0 ? patience.answer() : patience.idle();
        flow.patience(longest.multipliedBy(2));
        client.writer.put(PREFACE);
        client.writer.put(Http2Frame.settings(
                Http2Frame.SETTING_TABLE_SIZE,
                Http2ClientOutput.TABLE,
                Http2Frame.SETTING_PUSH,
                0,
                Http2Frame.SETTING_WINDOW,
                STREAM_WINDOW,
                Http2Frame.SETTING_FRAME_SIZE,
                Http2ClientReader.LARGEST_FRAME,
                Http2Frame.SETTING_HEADER_LIST,
                headBytes));
        client.writer.put(Http2Frame.numbers(Http2Frame.WINDOW_UPDATE, 0, 0, CONNECTION_WINDOW - DEFAULT_WINDOW));
        Thread reading = Thread.ofVirtual().name("http2-client-read " + origin).start(client::read);
        Thread.ofVirtual().name("http2-client-write " + origin).start(() -> client.write(reading));
        return client;
    }

    private void write(Thread reading) {
        try {
            writer.run();
        } catch (InterruptedIOException e) {
            end(e);
        } catch (IOException e) {
            readLastWords(reading);
            end(hungUp(e));
        }
        flow.close();
    }

    /// A server that hangs up may have said why before: an early answer, RST_STREAM, GOAWAY.
    private void readLastWords(Thread reading) {
        lock.lock();
        try {
            draining = true;
        } finally {
            lock.unlock();
        }
        try {
            reading.join(LAST_WORDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void read() {
        try {
            reader.run();
            end(new IOException(HUNG_UP));
        } catch (Http2ClientReader.ConnectionError e) {
            LOG.debug("event=http2-server-broke-rules server={} reason=\"{}\"", origin, e.getMessage());
            goAway(e.code());
            end(e);
        } catch (IOException | RuntimeException e) {
            end(e instanceof IOException io ? io : new IOException("the connection broke: " + e, e));
        }
    }

    /// Whether the end is met by a read or by a write, in order or by a reset, is chance: one sentence
    /// tells it.
    static IOException hungUp(IOException cause) {
        return cause instanceof InterruptedIOException || cause instanceof SSLException
                ? cause
                : new IOException(HUNG_UP, cause);
    }

    private void goAway(int code) {
        writer.put(Http2Frame.numbers(Http2Frame.GOAWAY, 0, 0, 0, code));
    }

    private void end(IOException cause) {
        lock.lock();
        try {
            if (failure == null) {
                failure = cause;
            }
            calls().forEach(call -> call.fail(cause));
            calls.clear();
            output.wake();
            settled.signalAll();
        } finally {
            lock.unlock();
        }
        writer.end();
    }

    /// Takes one of the places for a request, if there is one; `call` or `tunnel` uses it up.
    boolean reserve() {
        lock.lock();
        try {
            if (failure != null || draining || calls.size() + reserved >= mostStreams || nextStream > LAST_STREAM) {
                return false;
            }
            reserved++;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /// Whether it takes no requests any more and has none, or has had none for so long. It takes none
    /// afterwards.
    boolean isOver(long now, long idleNanos) {
        lock.lock();
        try {
            boolean unused = calls.isEmpty() && reserved == 0;
            boolean over = failure != null || (unused && (draining || now - idleSince > idleNanos));
            draining |= over;
            return over;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public ClientCall call(ClientRequest request) throws Exception {
        Http2Headers headers = Http2ClientOutput.head(origin, request.method(), request.fields())
                .path(request.target())
                .scheme(origin.scheme());
        if (request.body().isPresent() && request.body().get() instanceof ClientRequest.Body.Bytes(byte[] bytes)) {
            headers.addInt("content-length", bytes.length);
        }
        Http2ClientCall call = open(headers, request.method(), request.body().isEmpty());
        boolean done = false;
        try {
            sendBody(call, request);
            call.awaitHead(patience.answer());
            done = true;
            return call;
        } finally {
            if (!done) {
                call.close();
            }
        }
    }

    private void sendBody(Http2ClientCall call, ClientRequest request) throws Exception {
        if (request.body().isEmpty()) {
            return;
        }
        try (OutputStream out = call.output()) {
            switch (request.body().get()) {
                case ClientRequest.Body.Bytes(byte[] bytes) -> out.write(bytes);
                case ClientRequest.Body.Stream(BodyWriter writer) -> writer.write(out);
            }
        } catch (Http2ClientCall.UnwantedException _) {
            // The answer is there and the server wants no more of the body (RFC 9113, section 8.1).
            LOG.debug("event=http2-body-unwanted server={}", origin);
        }
    }

    /// A stream of bytes in both directions through the server (RFC 8441).
    ///
    /// @throws IOException if the server does not offer that
    Http2ClientCall tunnel(String protocol, String target, Fields fields) throws IOException {
        if (!offersTunnels()) {
            unreserve();
            throw new IOException("the server offers no tunnels over HTTP/2 (RFC 8441)");
        }
        Http2Headers headers = Http2ClientOutput.head(origin, "CONNECT", fields)
                .path(target)
                .scheme(origin.scheme())
                .add(":protocol", protocol);
        Http2ClientCall call = open(headers, "CONNECT", false);
        boolean done = false;
        try {
            call.awaitHead(patience.answer());
            done = true;
            return call;
        } finally {
            if (!done) {
                call.close();
            }
        }
    }

    /// Gives a reserved place back.
    void unreserve() {
        lock.lock();
        try {
            reserved--;
        } finally {
            lock.unlock();
        }
    }

    /// Whether `tunnel` may be used; waits for the server's settings.
    boolean offersTunnels() throws IOException {
        lock.lock();
        try {
            long left = patience.answer().toNanos();
            while (!hasSettings && failure == null && left > 0) {
                left = settled.awaitNanos(left);
            }
            return connectProtocol;
        } catch (InterruptedException e) {
            throw Http2ClientWriter.interrupted(e);
        } finally {
            lock.unlock();
        }
    }

    private Http2ClientCall open(Http2Headers headers, String method, boolean ends) throws IOException {
        lock.lock();
        try {
            reserved--;
            if (failure != null && nextStream == 1) {
                // A server that breaks off at once does so the next time too.
                throw new IOException(failure.getMessage(), failure);
            }
            if (failure != null || draining) {
                throw new UnansweredException(
                        "the connection has just been closed", UnansweredException.Progress.UNSENT);
            }
            int stream = nextStream;
            nextStream += 2;
            Http2ClientCall call =
                    new Http2ClientCall(this, stream, output.streamWindow(), method, ends, lock.newCondition());
            calls.put(stream, call);
            output.sendHead(stream, headers, ends);
            return call;
        } finally {
            lock.unlock();
        }
    }

    ReentrantLock lock() {
        return lock;
    }

    Http2ClientOutput output() {
        return output;
    }

    Patience patience() {
        return patience;
    }

    /// Under the lock: the call needs its place no longer.
    void forget(Http2ClientCall call) {
        if (calls.remove(call.stream()) != null && calls.isEmpty()) {
            idleSince = System.nanoTime();
        }
    }

    /// A call has waited in vain. If nothing at all has come meanwhile, the connection is taken for dead.
    void suspect(Duration waited) {
        if (System.nanoTime() - lastRead >= waited.toNanos()) {
            draining = true;
        }
    }

    /// Under the lock: the call of this stream; null if it is over.
    @Nullable
    Http2ClientCall find(int stream) throws Http2ClientReader.ConnectionError {
        lastRead = System.nanoTime();
        if (stream % 2 == 0 || stream >= nextStream) {
            throw new Http2ClientReader.ConnectionError(
                    Http2Frame.PROTOCOL_ERROR, "a frame on stream " + stream + ", which does not exist");
        }
        return calls.get(stream);
    }

    /// Under the lock.
    List<Http2ClientCall> calls() {
        return List.copyOf(calls.values());
    }

    /// Under the lock: takes no more requests; those behind the last stream were not seen.
    void drain(int lastStream, String reason) {
        draining = true;
        for (Http2ClientCall call : calls()) {
            if (call.stream() > lastStream) {
                call.fail(new UnansweredException(reason, UnansweredException.Progress.REFUSED));
                forget(call);
            }
        }
    }

    /// Under the lock.
    void mostStreams(long most) {
        mostStreams = Math.min(most, MOST_STREAMS);
    }

    /// Under the lock.
    void offersTunnels(boolean offered) {
        connectProtocol = offered;
    }

    /// Under the lock: the server has said its settings.
    void settled() {
        hasSettings = true;
        settled.signalAll();
    }

    boolean put(byte[] frame) {
        return writer.put(frame);
    }

    void countControl() throws Http2ClientReader.ConnectionError {
        reader.countControl();
    }

    /// Says goodbye; calls under way fail.
    @Override
    public void close() {
        goAway(Http2Frame.NO_ERROR);
        end(new IOException("the HTTP client was closed"));
    }
}
