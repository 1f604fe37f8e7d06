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
import org.pinisi.http.Fields;
import org.pinisi.http.Head;
import org.pinisi.http.Http2Gateway;
import org.pinisi.http.HttpException;
import org.pinisi.http.TargetForm;
import org.pinisi.http.TlsServer;

/// A client's connection: reads requests one after the other, finds who answers each, and passes it on.
///
/// Requests that a client sends ahead wait in [#in], and reading pauses when too many do; so answers
/// leave in the order of the requests. The object lives as long as the connection and is used again for
/// each request.
final class ClientConnection extends Peer implements Downstream {
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
    private final ClientAnswer answer;
    private ClientPhase phase = ClientPhase.HEAD;
    private boolean served;
    private boolean progressing;
    private boolean paused;

    private @Nullable UpstreamCall upstream;
    private @Nullable FolderLane folders;
    private boolean requestDone;
    private boolean bodyStarted;

    ClientConnection(LoopState loop, Client client) {
        super(loop);
        this.connected = client;
        this.client = client;
        this.proxy = loop.proxy();
        this.head = Head.forRequests(proxy.requestLimits());
        this.body = new BodyDecoder(proxy.requestLimits());
        this.dispatch = new Dispatch(this, loop);
        this.account = new Account(loop);
        this.answer = new ClientAnswer(this, account);
        this.deadlines = new ClientDeadlines(this, loop);
    }

    @Override
    void begun() {
        proxy.clientOpened();
        loop.tally().accepted();
        deadlines.start(loop.now());
        account.client(client);
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

    @Override
    public void flushAll() {
        flush();
        UpstreamCall current = upstream;
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
        if (!served && !begun && held != null && mayBecomeHttp2(held)) {
            return false;
        }
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

    /// Whether these are the first bytes of HTTP/2, or may be when more of them are there.
    private boolean mayBecomeHttp2(ByteBuf bytes) {
        if (client.tls() != null || !proxy.takesClearHttp2()) {
            return false;
        }
        int begun = Http2Gateway.preface(bytes);
        if (begun == Http2Gateway.PREFACE_BYTES) {
            phase = ClientPhase.CLOSED;
            proxy.clientClosed();
            replace(StreamDoor.open(loop, client, context().channel()));
        }
        return begun > 0;
    }

    private void begin() {
        served = true;
        bodyStarted = false;
        requestDone = true;
        if (connected.isProxied()) {
            client = connected.asking(head);
            account.client(client);
        }
        answer.reset(head.isKeepAlive() && !proxy.isStopping());
        account.begin(head);
        if (head.form() == TargetForm.AUTHORITY) {
            refuse(501);
            return;
        }
        RouteTable table = proxy.routes().table();
        RouteEntry found = table.find(head);
        if (found == null) {
            startBody();
            if (!dispatch.answersItself()) {
                refuse(table.isAmbiguous(head) ? 400 : 404);
            }
            return;
        }
        account.routed(found);
        startBody();
        if (client.isSecure()) {
            answer.add(found.secureFields());
        }
        enter(ClientPhase.CONNECTING);
        dispatch.begin(found);
    }

    private void startBody() {
        requestDone = false;
        body.start(head);
        requestDone = body.isComplete();
    }

    @Override
    public void serve(FastPath folder) {
        enter(ClientPhase.FOLDER);
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

    @Override
    public Head head() {
        return head;
    }

    @Override
    public Client client() {
        return client;
    }

    @Override
    public Forwarding forwarding() {
        return client.forwarding();
    }

    @Override
    public Account account() {
        return account;
    }

    /// The upstream connection is there: the request goes out on it.
    @Override
    public void connected(UpstreamCall call) {
        upstream = call;
        enter(ClientPhase.EXCHANGE);
        call.begin(this);
        progress();
    }

    @Override
    public boolean again(boolean reused, boolean refused) {
        return dispatch.again(reused, refused);
    }

    @Override
    public void reconnecting() {
        upstream = null;
        enter(ClientPhase.CONNECTING);
    }

    @Override
    public void unanswered(int status) {
        upstream = null;
        dispatch.answers(status, true);
        refuse(status);
    }

    private boolean passBody() {
        UpstreamCall current = upstream;
        ByteBuf held = in;
        if (requestDone || held == null || current == null) {
            return false;
        }
        int before = held.readableBytes();
        boolean inTrailers = body.areTrailersNext();
        if (inTrailers) {
            body.decode(held).release();
        } else if (current.takesRaw()) {
            passRaw(current, body.advance(held));
        } else {
            passContent(current, body.decode(held));
        }
        if (body.isComplete()) {
            requestDone = true;
            Fields trailers = body.trailers();
            if (body.areTrailersNext() || !trailers.all().isEmpty()) {
                current.trailers(trailers);
            }
            current.requestDone();
            return false;
        }
        if (!current.isWritable()) {
            reading(false);
        }
        // The first byte of trailers is only looked at, and is still to be read.
        return in != null && (held.readableBytes() < before || body.areTrailersNext() != inTrailers);
    }

    private void passRaw(UpstreamCall call, int length) {
        if (length > 0) {
            bodyStarted = true;
            account.received(length);
            call.raw(take(length));
        }
    }

    private void passContent(UpstreamCall call, ByteBuf piece) {
        if (piece.isReadable()) {
            bodyStarted = true;
            account.received(piece.readableBytes());
            call.content(piece);
        } else {
            piece.release();
        }
    }

    private boolean tunnel(ByteBuf bytes) {
        UpstreamCall current = upstream;
        if (current == null) {
            bytes.release();
            return false;
        }
        current.raw(bytes);
        if (!current.isWritable()) {
            reading(false);
        }
        return true;
    }

    @Override
    public void upstreamWritable() {
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

    @Override
    public boolean isRequestDone() {
        return requestDone;
    }

    @Override
    public boolean sendsRaw() {
        return true;
    }

    @Override
    public boolean isBodyStarted() {
        return bodyStarted;
    }

    boolean isKeepAlive() {
        return answer.isKept();
    }

    /// Whether TLS lies in the pipeline.
    boolean isSecure() {
        return connected.tls() != null;
    }

    boolean isStopping() {
        return proxy.isStopping();
    }

    @Override
    public boolean asksForUpgrade() {
        return requestDone && HeadWriter.upgrades(head);
    }

    @Override
    public boolean takesRaw(Head given) {
        return answer.takesRaw(given);
    }

    @Override
    public void interim(Head given, ByteBuf bytes) {
        answer.interim(bytes);
    }

    @Override
    public boolean answer(Head given, ByteBuf bytes, boolean raw) {
        return answer.begin(given, bytes, raw);
    }

    @Override
    public boolean raw(ByteBuf bytes) {
        return answer.write(bytes);
    }

    @Override
    public boolean content(ByteBuf piece) {
        return answer.content(piece);
    }

    @Override
    public void trailers(Fields trailers) {
        answer.trailers(trailers);
    }

    /// A folder's answer begins.
    void folderAnswers(int status) {
        touch();
        answer.begins(status);
    }

    /// A folder has written its whole answer, or failed to.
    void folderAnswered(long bytes, boolean whole) {
        if (phase != ClientPhase.FOLDER) {
            return;
        }
        account.add(bytes);
        if (whole) {
            finish();
        } else {
            abort();
        }
        if (!progressing) {
            flushAll();
        }
    }

    @Override
    public boolean tunnelOpened(Head given, ByteBuf bytes) {
        answer.begins(given.status(), true);
        answer.write(bytes);
        account.answered();
        enter(ClientPhase.TUNNEL);
        progress();
        return isWritable();
    }

    @Override
    public void answered() {
        answer.end();
        finish();
    }

    private void finish() {
        dispatch.answers(answer.status(), false);
        UpstreamState used = dispatch.finish();
        account.answered();
        account.end(head, used);
        upstream = null;
        if (!requestDone && answer.isKept()) {
            enter(ClientPhase.DISCARD);
            reading(true);
            progress();
            return;
        }
        if (!answer.isKept()) {
            linger();
            return;
        }
        next();
    }

    private void next() {
        head.reset();
        answer.reset(true);
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
        body.skip(held);
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

    @Override
    public void cut(int status) {
        dispatch.answers(status, true);
        account.failed(status);
        abort();
    }

    @SuppressWarnings("FutureReturnValueIgnored") // a channel that fails to close is gone
    void abort() {
        if (!isClosed()) {
            // A reset instead of an orderly end: an answer without length would else seem whole.
            context().channel().config().setOption(ChannelOption.SO_LINGER, 0);
            // Past TLS, whose farewell would make it seem whole too.
            ChannelHandlerContext first = context().pipeline().firstContext();
            if (first != null) {
                first.close();
            }
        }
    }

    private void malformed(int status) {
        answer.keepIf(false);
        requestDone = false;
        if (answer.isStarted()) {
            abort();
            return;
        }
        dropUpstream();
        refuse(status);
    }

    private void dropUpstream() {
        UpstreamCall current = upstream;
        upstream = null;
        if (current != null) {
            current.abandon();
        }
        dispatch.cancel();
    }

    /// Answers in place of an upstream.
    private void refuse(int status) {
        HtmlPage own = dispatch.page(status);
        UpstreamState used = dispatch.finish();
        account.failed(status);
        boolean complete = head.isComplete();
        boolean wait = requestDone && complete && (status == 404 || (status >= 502 && status <= 504));
        answer.begins(status, wait && head.minorVersion() > 0);
        ByteBuf page = OwnAnswer.error(
                context().alloc(),
                account.error(status),
                ErrorFormat.of(head),
                own,
                !answer.isKept(),
                complete && head.methodIs("HEAD"),
                proxy.time().instant());
        answer.write(Reply.insert(page, answer.more(), context().alloc()));
        account.end(head, used);
        upstream = null;
        if (answer.isKept()) {
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
            if (isSecure()) {
                TlsServer.closeOutput(written.channel()).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
            } else if (written.channel() instanceof DuplexChannel duplex && written.isSuccess()) {
                duplex.shutdownOutput().addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
            } else {
                close();
            }
        });
    }

    @Override
    public void tunnelEnded() {
        dispatch.answers(answer.status(), false);
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
        UpstreamCall current = upstream;
        if (current != null) {
            current.reading(true);
        }
    }

    @Override
    public void sweep(long now) {
        deadlines.check(now, phase);
    }

    boolean isServed() {
        return served;
    }

    /// The deadlines of the present request.
    Proxy.Times times() {
        return dispatch.times();
    }

    boolean isOverdue(long now) {
        return dispatch.isOverdue(now);
    }

    boolean isAnswerStarted() {
        return answer.isStarted();
    }

    @Nullable
    UpstreamCall upstream() {
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
        UpstreamCall current = upstream;
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
