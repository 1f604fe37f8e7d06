package org.pinisi.edge;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.DuplexChannel;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.pinisi.http.BodyDecoder;
import org.pinisi.http.Framing;
import org.pinisi.http.Head;
import org.pinisi.http.HttpException;
import org.pinisi.http.KnownField;
import org.pinisi.http.TargetForm;

/// A client's connection: reads requests one after the other, finds who answers each, and passes it on.
///
/// Requests that a client sends ahead wait in [#in], and reading pauses when too many do; so answers leave in the
/// order of the requests. The object lives as long as the connection and is used again for each request.
final class ClientConnection extends Peer {
    private enum Phase {
        /// Waiting for a request's head, or within one.
        HEAD,
        /// An upstream connection is being made.
        CONNECTING,
        /// Request and answer pass through.
        EXCHANGE,
        /// A folder answers.
        FOLDER,
        /// The answer is out, the request's body is not wholly in: the rest is read and dropped.
        DISCARD,
        /// Upgraded: bytes pass both ways.
        TUNNEL,
        /// All is said; the client's close is awaited, so that it can read the end of the answer.
        LINGER,
        CLOSED
    }

    private static final int MOST_AHEAD = 64 * 1024;
    private static final long MOST_DISCARDED = 256L * 1024;

    private final Proxy proxy;
    private final Head head;
    private final BodyDecoder body;
    private final Dispatch dispatch;
    private final @Nullable LogLine logLine;
    private byte[] forwarded = {};
    private Phase phase = Phase.HEAD;
    private long phaseStarted;
    private boolean served;
    private boolean progressing;
    private boolean paused;
    private boolean said;

    private @Nullable RouteEntry route;
    private @Nullable UpstreamConnection upstream;
    private boolean requestDone;
    private boolean bodyStarted;
    private boolean keepAlive;
    private boolean answerStarted;
    private int answerStatus;
    private long answerBytes;
    private long begun;
    private long unsent;
    private long unsentSince;

    ClientConnection(LoopState loop) {
        super(loop);
        this.proxy = loop.proxy();
        this.head = Head.forRequests(proxy.requestLimits());
        this.body = new BodyDecoder(proxy.requestLimits());
        this.dispatch = new Dispatch(this, loop);
        this.logLine = proxy.isLogging() ? new LogLine(loop.log()) : null;
        this.phaseStarted = loop.now();
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        super.channelActive(ctx);
        proxy.clientOpened();
        phaseStarted = loop.now();
        String address = proxy.clientAddress(ctx.channel());
        forwarded = HeadWriter.forwardedFields(address, "http");
        if (logLine != null) {
            logLine.client(address);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        lastRead = loop.now();
        switch (phase) {
            case TUNNEL -> tunnel(bytes);
            case LINGER, CLOSED -> bytes.release();
            case HEAD, CONNECTING, EXCHANGE, FOLDER, DISCARD -> {
                append(bytes);
                progress();
            }
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        flushAll();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (!(cause instanceof IOException)) {
            proxy.unexpected(cause);
        }
        close();
    }

    void flushAll() {
        flush();
        UpstreamConnection current = upstream;
        if (current != null) {
            current.flush();
        }
    }

    /// Goes on with what was read, as far as it can.
    void progress() {
        if (progressing) {
            return;
        }
        progressing = true;
        try {
            while (hasInput() && step()) {
                // each step takes a piece of the input
            }
        } catch (HttpException malformed) {
            malformed(malformed.status());
        } finally {
            progressing = false;
        }
        pauseWhenFull();
    }

    private boolean step() {
        return switch (phase) {
            case HEAD -> readHead();
            case EXCHANGE -> passBody();
            case DISCARD -> discard();
            case TUNNEL -> {
                ByteBuf held = in;
                yield held != null && tunnel(take(held.readableBytes()));
            }
            case LINGER, CLOSED -> {
                releaseInput();
                yield false;
            }
            case CONNECTING, FOLDER -> false;
        };
    }

    private boolean readHead() {
        ByteBuf held = in;
        boolean begun = head.isStarted();
        if (held == null || !head.parse(held)) {
            if (!begun && head.isStarted() && served) {
                phaseStarted = loop.now();
            }
            return false;
        }
        held.skipBytes(head.length());
        begin();
        return true;
    }

    private void begin() {
        served = true;
        begun = proxy.isLogging() ? System.nanoTime() : 0;
        bodyStarted = false;
        answerStarted = false;
        answerBytes = 0;
        answerStatus = 0;
        requestDone = true;
        route = null;
        unsent = 0;
        keepAlive = head.isKeepAlive() && !proxy.isStopping();
        if (logLine != null) {
            logLine.begin(head);
        }
        if (head.form() == TargetForm.AUTHORITY) {
            refuse(501);
            return;
        }
        RouteEntry found = proxy.routes().table().find(head.bytes(), head.hostStart(), head.hostEnd());
        if (found == null) {
            requestDone = head.framing() == Framing.NONE;
            refuse(404);
            return;
        }
        route = found;
        found.counters().requested();
        requestDone = false;
        body.start(head);
        requestDone = body.isComplete();
        FolderTarget folder = found.folder();
        if (folder != null) {
            enter(Phase.FOLDER);
            folder.serve(this);
            return;
        }
        enter(Phase.CONNECTING);
        dispatch.begin(found);
    }

    private void enter(Phase next) {
        phase = next;
        phaseStarted = loop.now();
    }

    // ---- towards the upstream

    Head head() {
        return head;
    }

    boolean isIdempotent() {
        return head.methodIs("GET")
                || head.methodIs("HEAD")
                || head.methodIs("OPTIONS")
                || head.methodIs("PUT")
                || head.methodIs("DELETE")
                || head.methodIs("TRACE");
    }

    boolean hasBody() {
        return head.framing() != Framing.NONE;
    }

    /// The upstream connection is there: the request goes out on it.
    void connected(UpstreamConnection connection) {
        upstream = connection;
        enter(Phase.EXCHANGE);
        connection.begin(this, head.methodIs("HEAD"));
        ByteBuf out = context()
                .alloc()
                .directBuffer(head.length()
                        + forwarded.length
                        + HeadWriter.REQUEST_ROOM
                        + head.authorityEnd()
                        - head.hostStart());
        HeadWriter.request(head, forwarded, out);
        connection.write(out);
        progress();
    }

    /// The connection broke before any byte of an answer: tries once more, unless the request must not be sent twice.
    boolean again(boolean reused) {
        return dispatch.again(reused);
    }

    /// The connection broke; another one is being made.
    void reconnecting() {
        upstream = null;
        enter(Phase.CONNECTING);
    }

    /// No upstream could be reached, or none answers.
    void unanswered(int status) {
        upstream = null;
        refuse(status);
    }

    private boolean passBody() {
        UpstreamConnection current = upstream;
        ByteBuf held = in;
        if (requestDone || held == null || current == null) {
            return false;
        }
        int length = body.advance(held);
        if (length > 0) {
            bodyStarted = true;
            current.write(take(length));
        }
        if (body.isComplete()) {
            requestDone = true;
            current.requestDone();
            return false;
        }
        if (!current.isWritable()) {
            reading(false);
        }
        return length > 0;
    }

    private boolean tunnel(ByteBuf bytes) {
        UpstreamConnection current = upstream;
        if (current == null) {
            bytes.release();
            return false;
        }
        current.write(bytes);
        if (!current.isWritable()) {
            reading(false);
        }
        return true;
    }

    /// The upstream takes bytes again.
    void upstreamWritable() {
        reading(true);
    }

    private void pauseWhenFull() {
        ByteBuf held = in;
        boolean full = held != null && held.readableBytes() > MOST_AHEAD;
        if (full) {
            paused = true;
            reading(false);
        } else if (paused || phase == Phase.HEAD) {
            paused = false;
            reading(true);
        }
    }

    // ---- towards the client

    boolean isRequestDone() {
        return requestDone;
    }

    boolean isBodyStarted() {
        return bodyStarted;
    }

    boolean isOldProtocol() {
        return head.minorVersion() == 0;
    }

    boolean isKeepAlive() {
        return keepAlive;
    }

    boolean asksForUpgrade() {
        return HeadWriter.upgrades(head) && requestDone;
    }

    /// The final answer begins; `lasting` is false when only the connection's end ends it.
    void answerBegins(int status, boolean lasting) {
        answerStarted = true;
        answerStatus = status;
        keepAlive &= lasting && !proxy.isStopping();
    }

    /// Passes bytes of the answer on; says whether the client keeps up.
    boolean pass(ByteBuf bytes) {
        answerBytes += bytes.readableBytes();
        write(bytes);
        return isWritable();
    }

    boolean isServedByFolder() {
        return phase == Phase.FOLDER;
    }

    /// A folder writes a piece of its answer; the status comes with the first one.
    void folderWrites(int status, long length) {
        touch();
        answerBytes += length;
        if (!answerStarted) {
            answerStarted = true;
            answerStatus = status;
        }
    }

    /// A folder has written its whole answer, or failed to.
    void folderAnswered(boolean whole) {
        if (phase != Phase.FOLDER) {
            return;
        }
        if (whole) {
            answered();
        } else {
            abort();
        }
    }

    /// From here on bytes pass both ways.
    void upgraded() {
        count();
        enter(Phase.TUNNEL);
        progress();
    }

    /// The answer is complete and written.
    void answered() {
        UpstreamState used = dispatch.finish();
        count();
        log(used);
        upstream = null;
        route = null;
        if (!requestDone && keepAlive) {
            enter(Phase.DISCARD);
            reading(true);
            progress();
            return;
        }
        if (!keepAlive) {
            linger();
            return;
        }
        next();
    }

    private void count() {
        RouteEntry entry = route;
        if (entry != null) {
            entry.counters().answered(answerStatus);
        }
    }

    private void next() {
        head.reset();
        answerStarted = false;
        enter(Phase.HEAD);
        pauseWhenFull();
        if (in != null) {
            progress();
        } else if (proxy.isStopping()) {
            close();
        }
    }

    private boolean discard() {
        ByteBuf held = in;
        if (held == null) {
            return false;
        }
        held.skipBytes(body.advance(held));
        if (body.isComplete()) {
            requestDone = true;
            next();
            return false;
        }
        if (body.received() > MOST_DISCARDED) {
            linger();
        }
        return true;
    }

    /// The upstream broke off within its answer, so the client must not take it for complete.
    void cut(int status) {
        RouteEntry entry = route;
        if (entry != null) {
            entry.counters().failed(status);
        }
        abort();
    }

    private void abort() {
        if (!isClosed()) {
            // A reset instead of an orderly end: an answer without length would else seem whole.
            context().channel().config().setOption(ChannelOption.SO_LINGER, 0);
            close();
        }
    }

    private void malformed(int status) {
        keepAlive = false;
        requestDone = false;
        if (answerStarted) {
            abort();
            return;
        }
        dropUpstream();
        refuse(status);
    }

    private void dropUpstream() {
        UpstreamConnection current = upstream;
        upstream = null;
        if (current != null) {
            current.abandon();
        }
        dispatch.cancel();
    }

    /// Answers in place of an upstream.
    private void refuse(int status) {
        UpstreamState used = dispatch.finish();
        RouteEntry entry = route;
        if (entry != null) {
            entry.counters().failed(status);
        }
        answerStarted = true;
        answerStatus = status;
        boolean complete = head.isComplete();
        boolean wait = requestDone && complete && (status == 404 || (status >= 502 && status <= 504));
        keepAlive &= wait && head.minorVersion() > 0 && !proxy.isStopping();
        String accept = complete ? accept() : "";
        ByteBuf page = ErrorPages.answer(
                context().alloc(),
                status,
                ErrorPages.prefersText(accept),
                !keepAlive,
                complete && head.methodIs("HEAD"),
                proxy.time().instant());
        answerBytes = page.readableBytes();
        write(page);
        log(used);
        route = null;
        upstream = null;
        if (keepAlive) {
            next();
        } else {
            linger();
        }
    }

    private String accept() {
        for (int i = 0; i < head.fieldCount(); i++) {
            if (head.kind(i) == KnownField.OTHER && head.name(i).equalsIgnoreCase("accept")) {
                return head.value(i);
            }
        }
        return "";
    }

    private void linger() {
        boolean clean = requestDone && !hasInput();
        releaseInput();
        enter(Phase.LINGER);
        reading(true);
        ChannelHandlerContext ctx = context();
        if (clean) {
            ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
            return;
        }
        ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener((ChannelFutureListener) written -> {
            said = true;
            phaseStarted = loop.now();
            if (written.channel() instanceof DuplexChannel duplex && written.isSuccess()) {
                duplex.shutdownOutput().addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
            } else {
                close();
            }
        });
    }

    /// The upgraded connection's other side has closed: what it sent is delivered, then this side closes.
    void tunnelEnded() {
        requestDone = true;
        UpstreamState used = dispatch.finish();
        log(used);
        upstream = null;
        route = null;
        linger();
    }

    private void log(@Nullable UpstreamState used) {
        if (logLine != null) {
            if (!head.isComplete()) {
                logLine.unreadable();
                begun = System.nanoTime();
            }
            RouteEntry entry = route;
            logLine.end(
                    answerStatus,
                    answerBytes,
                    System.nanoTime() - begun,
                    used == null ? null : used.id(),
                    entry == null ? null : entry.route().name());
        }
    }

    // ---- deadlines and ends

    @Override
    void writable() {
        UpstreamConnection current = upstream;
        if (current != null) {
            current.reading(true);
        }
    }

    @Override
    void sweep(long now) {
        long inPhase = now - phaseStarted;
        switch (phase) {
            case HEAD -> sweepHead(now, inPhase);
            case EXCHANGE -> sweepExchange(now);
            case DISCARD -> closeAfter(now - lastRead, proxy.times().bodyIdle());
            case TUNNEL -> sweepTunnel(now);
            case LINGER -> sweepLinger(now, inPhase);
            case FOLDER -> stuck(now);
            case CONNECTING, CLOSED -> {
                // the connect has its own deadline
            }
        }
    }

    private void sweepHead(long now, long inPhase) {
        if (pending() > 0) {
            stuck(now);
            return;
        }
        boolean begun = head.isStarted();
        if (inPhase > (begun || !served ? proxy.times().head() : proxy.times().idle())) {
            if (begun) {
                malformed(408);
                flush();
            } else {
                close();
            }
        } else if (!begun && proxy.isStopping()) {
            close();
        }
    }

    private void sweepExchange(long now) {
        UpstreamConnection current = upstream;
        if (current == null || stuck(now)) {
            return;
        }
        long silence = now - Math.max(Math.max(current.lastRead, phaseStarted), lastRead);
        if (!requestDone && current.isWritable()) {
            if (silence > proxy.times().bodyIdle()) {
                malformed(408);
                flush();
            }
        } else if (!answerStarted) {
            if (silence > proxy.times().firstByte()) {
                dropUpstream();
                unanswered(504);
                flush();
            }
        } else if (isWritable() && silence > proxy.times().answerIdle()) {
            cut(504);
        }
    }

    private void sweepTunnel(long now) {
        UpstreamConnection current = upstream;
        long last = current == null ? lastRead : Math.max(lastRead, current.lastRead);
        closeAfter(now - last, proxy.times().tunnelIdle());
    }

    private void sweepLinger(long now, long inPhase) {
        if (said) {
            closeAfter(inPhase, proxy.times().linger());
        } else {
            stuck(now);
        }
    }

    /// A client that takes nothing of what is written for it is cut off in the end.
    private boolean stuck(long now) {
        long pending = pending();
        if (pending == 0 || pending != unsent) {
            unsent = pending;
            unsentSince = now;
            return false;
        }
        if (now - unsentSince > proxy.times().writeIdle()) {
            abort();
            return true;
        }
        return false;
    }

    private long pending() {
        ChannelOutboundBuffer written = context().channel().unsafe().outboundBuffer();
        return written == null ? 0 : written.totalPendingWriteBytes();
    }

    private void closeAfter(long passed, long most) {
        if (passed > most) {
            close();
        }
    }

    @Override
    void gone() {
        boolean underWay = switch (phase) {
            case EXCHANGE, CONNECTING, TUNNEL, FOLDER -> true;
            case HEAD, DISCARD, LINGER, CLOSED -> false;
        };
        phase = Phase.CLOSED;
        UpstreamConnection current = upstream;
        upstream = null;
        if (current != null) {
            current.abandon();
        }
        dispatch.cancel();
        UpstreamState used = dispatch.finish();
        if (underWay) {
            log(used);
        }
        proxy.clientClosed();
    }
}
