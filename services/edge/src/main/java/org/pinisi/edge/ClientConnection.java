package org.pinisi.edge;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.DuplexChannel;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.pinisi.http.BodyDecoder;
import org.pinisi.http.FastPath;
import org.pinisi.http.Framing;
import org.pinisi.http.Head;
import org.pinisi.http.HttpException;
import org.pinisi.http.TargetForm;

/// A client's connection: reads requests one after the other, finds who answers each, and passes it on.
///
/// Requests that a client sends ahead wait in [#in], and reading pauses when too many do; so answers
/// leave in the order of the requests. The object lives as long as the connection and is used again for
/// each request.
final class ClientConnection extends Peer {
    private static final int MOST_AHEAD = 64 * 1024;
    private static final long MOST_DISCARDED = 256L * 1024;

    private final Proxy proxy;
    private final Head head;
    private final BodyDecoder body;
    private final Dispatch dispatch;
    private final ClientDeadlines deadlines;
    private final Account account;
    private final Client connected;
    private Client client;
    private ClientPhase phase = ClientPhase.HEAD;
    private boolean served;
    private boolean progressing;
    private boolean paused;

    private @Nullable UpstreamConnection upstream;
    private @Nullable FolderLane folders;
    private boolean requestDone;
    private boolean bodyStarted;
    private boolean keepAlive;
    private boolean answerStarted;

    ClientConnection(LoopState loop, Client client) {
        super(loop);
        this.connected = client;
        this.client = client;
        this.proxy = loop.proxy();
        this.head = Head.forRequests(proxy.requestLimits());
        this.body = new BodyDecoder(proxy.requestLimits());
        this.dispatch = new Dispatch(this, loop);
        this.account = new Account(loop);
        this.deadlines = new ClientDeadlines(this, loop);
    }

    @Override
    void begun() {
        proxy.clientOpened();
        deadlines.start(loop.now());
        account.client(client.text());
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
                deadlines.start(loop.now());
            }
            return false;
        }
        held.skipBytes(head.length());
        begin();
        return true;
    }

    private void begin() {
        served = true;
        bodyStarted = false;
        answerStarted = false;
        requestDone = true;
        keepAlive = head.isKeepAlive() && !proxy.isStopping();
        if (connected.isProxied()) {
            client = connected.asking(head);
            account.client(client.text());
        }
        account.begin(head);
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
        account.routed(found);
        requestDone = false;
        body.start(head);
        requestDone = body.isComplete();
        FastPath folder = found.folder();
        if (folder != null) {
            enter(ClientPhase.FOLDER);
            serve(folder);
            return;
        }
        enter(ClientPhase.CONNECTING);
        dispatch.begin(found);
    }

    private void serve(FastPath folder) {
        FolderLane files = folders;
        if (files == null) {
            files = new FolderLane(this, proxy);
            folders = files;
        }
        if (!files.serve(folder)) {
            refuse(404);
        }
    }

    private void enter(ClientPhase next) {
        phase = next;
        deadlines.start(loop.now());
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
        enter(ClientPhase.EXCHANGE);
        connection.begin(this, head.methodIs("HEAD"));
        ByteBuf out = context()
                .alloc()
                .directBuffer(head.length()
                        + HeadWriter.REQUEST_ROOM
                        + client.forwarding().length(head));
        HeadWriter.request(head, client.forwarding(), out);
        connection.write(out);
        progress();
    }

    /// The connection broke before any byte of an answer: tries once more, unless the request must not
    /// be sent twice.
    boolean again(boolean reused) {
        return dispatch.again(reused);
    }

    /// The connection broke; another one is being made.
    void reconnecting() {
        upstream = null;
        enter(ClientPhase.CONNECTING);
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
        } else if (paused || phase == ClientPhase.HEAD) {
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
        account.status(status);
        keepAlive &= lasting && !proxy.isStopping();
    }

    /// Passes bytes of the answer on; says whether the client keeps up.
    boolean pass(ByteBuf bytes) {
        account.add(bytes.readableBytes());
        write(bytes);
        return isWritable();
    }

    /// A folder's answer begins.
    void folderAnswers(int status) {
        touch();
        answerStarted = true;
        account.status(status);
    }

    /// A folder has written its whole answer, or failed to.
    void folderAnswered(long bytes, boolean whole) {
        if (phase != ClientPhase.FOLDER) {
            return;
        }
        account.add(bytes);
        if (whole) {
            answered();
        } else {
            abort();
        }
        if (!progressing) {
            flushAll();
        }
    }

    /// From here on bytes pass both ways.
    void upgraded() {
        account.answered();
        enter(ClientPhase.TUNNEL);
        progress();
    }

    /// The answer is complete and written.
    void answered() {
        UpstreamState used = dispatch.finish();
        account.answered();
        account.end(head, used);
        upstream = null;
        if (!requestDone && keepAlive) {
            enter(ClientPhase.DISCARD);
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

    private void next() {
        head.reset();
        answerStarted = false;
        enter(ClientPhase.HEAD);
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
        account.failed(status);
        abort();
    }

    void abort() {
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
        account.failed(status);
        answerStarted = true;
        account.status(status);
        boolean complete = head.isComplete();
        boolean wait = requestDone && complete && (status == 404 || (status >= 502 && status <= 504));
        keepAlive &= wait && head.minorVersion() > 0 && !proxy.isStopping();
        ByteBuf page = ErrorPages.answer(
                context().alloc(),
                status,
                complete && ErrorPages.prefersText(head),
                !keepAlive,
                complete && head.methodIs("HEAD"),
                proxy.time().instant());
        account.add(page.readableBytes());
        write(page);
        account.end(head, used);
        upstream = null;
        if (keepAlive) {
            next();
        } else {
            linger();
        }
    }

    private void linger() {
        boolean clean = requestDone && !hasInput();
        releaseInput();
        enter(ClientPhase.LINGER);
        reading(true);
        ChannelHandlerContext ctx = context();
        if (clean) {
            ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
            return;
        }
        ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener((ChannelFutureListener) written -> {
            deadlines.said(loop.now());
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
        account.end(head, used);
        upstream = null;
        linger();
    }

    // ---- deadlines and ends

    @Override
    void writable() {
        FolderLane files = folders;
        if (files != null) {
            files.writable();
        }
        UpstreamConnection current = upstream;
        if (current != null) {
            current.reading(true);
        }
    }

    @Override
    void sweep(long now) {
        deadlines.check(now, phase);
    }

    boolean isServed() {
        return served;
    }

    boolean isAnswerStarted() {
        return answerStarted;
    }

    @Nullable
    UpstreamConnection upstream() {
        return upstream;
    }

    /// The client is too slow with its request.
    void tooSlow() {
        malformed(408);
        flush();
    }

    /// The upstream is too slow with its answer.
    void upstreamTooSlow() {
        dropUpstream();
        unanswered(504);
        flush();
    }

    @Override
    void gone() {
        boolean underWay = switch (phase) {
            case EXCHANGE, CONNECTING, TUNNEL, FOLDER -> true;
            case HEAD, DISCARD, LINGER, CLOSED -> false;
        };
        phase = ClientPhase.CLOSED;
        FolderLane files = folders;
        if (files != null) {
            files.gone();
        }
        UpstreamConnection current = upstream;
        upstream = null;
        if (current != null) {
            current.abandon();
        }
        dispatch.cancel();
        UpstreamState used = dispatch.finish();
        if (underWay) {
            account.end(head, used);
        }
        proxy.clientClosed();
    }
}
