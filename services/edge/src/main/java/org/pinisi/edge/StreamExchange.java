package org.pinisi.edge;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;
import org.pinisi.http.FastPath;
import org.pinisi.http.Fields;
import org.pinisi.http.Head;
import org.pinisi.http.LoopStream;
import org.pinisi.http.TargetForm;

/// One request of a client of HTTP/2 or HTTP/3. The client may send only as much of a body as the upstream takes,
/// and the upstream only as much of an answer as the client takes.
final class StreamExchange implements Downstream, LoopStream.Listener, Swept {
    private static final long CANCEL = 0x8;
    private static final long INTERNAL_ERROR = 0x2;

    private enum Phase {
        /// A call at an upstream is being made ready.
        CONNECTING,
        EXCHANGE,
        /// A folder answers.
        FOLDER,
        /// Bytes pass both ways (RFC 8441).
        TUNNEL,
        DONE
    }

    private final StreamDoor door;
    private final LoopState loop;
    private final LoopStream stream;
    private final Head head;
    private final Client client;
    private final Account account;
    private final StreamReplies replies;
    private final Dispatch dispatch;
    private final ArrayDeque<ByteBuf> early = new ArrayDeque<>(2);
    private Phase phase = Phase.CONNECTING;
    private @Nullable UpstreamCall upstream;
    private Fields trailers = Fields.empty();
    private boolean whole;
    private boolean requestDone;
    private boolean bodyStarted;
    private boolean toBeFlushed;
    private int unconsumed;
    private long since;
    private long lastRead;
    private int slot = -1;

    /// @param client whose request this is
    StreamExchange(StreamDoor door, LoopStream stream, Head head, Client client, Account account) {
        this.door = door;
        this.loop = door.loop();
        this.stream = stream;
        this.head = head;
        this.client = client;
        this.account = account;
        this.replies = new StreamReplies(stream, head, account, door.allocator());
        this.dispatch = new Dispatch(this, loop);
        this.since = loop.now();
        this.lastRead = since;
    }

    void begin(boolean end) {
        account.client(client);
        account.version(door.version());
        account.begin(head);
        requestDone = end;
        loop.add(this);
        if (head.form() == TargetForm.AUTHORITY) {
            refuse(501);
            return;
        }
        RouteTable table = loop.proxy().routes().table();
        RouteEntry found = table.find(head);
        if (found == null) {
            if (!dispatch.answersItself()) {
                refuse(table.isAmbiguous(head) ? 400 : 404);
            }
            flushLater();
            return;
        }
        account.routed(found);
        requestDone = false;
        if (client.isSecure()) {
            replies.add(found.secureFields());
        }
        dispatch.begin(found);
        flushLater();
    }

    @Override
    public void serve(FastPath folder) {
        phase = Phase.FOLDER;
        if (!stream.offer(folder)) {
            refuse(404);
        }
    }

    // ---- what Dispatch and the upstream ask

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

    @Override
    public boolean sendsRaw() {
        return false;
    }

    @Override
    public boolean isBodyStarted() {
        return bodyStarted;
    }

    @Override
    public boolean isRequestDone() {
        return requestDone;
    }

    @Override
    public boolean asksForUpgrade() {
        return HeadWriter.upgrades(head);
    }

    @Override
    public boolean takesRaw(Head answer) {
        return false;
    }

    // ---- what they say

    @Override
    public void connected(UpstreamCall call) {
        upstream = call;
        enter(Phase.EXCHANGE);
        call.begin(this);
        if (asksForUpgrade()) {
            return;
        }
        while (!early.isEmpty() && call.equals(upstream)) {
            pass(call, early.remove());
        }
        if (whole && call.equals(upstream)) {
            endRequest(call);
        }
        flushLater();
    }

    private void enter(Phase next) {
        phase = next;
        since = loop.now();
    }

    @Override
    public void reconnecting() {
        upstream = null;
        enter(Phase.CONNECTING);
    }

    @Override
    public void unanswered(int status) {
        upstream = null;
        dispatch.answers(status, true);
        refuse(status);
    }

    @Override
    public boolean again(boolean reused, boolean refused) {
        return phase != Phase.DONE && dispatch.again(reused, refused);
    }

    @Override
    public void interim(Head answer, ByteBuf bytes) {
        replies.interim(bytes);
    }

    @Override
    public boolean answer(Head answer, ByteBuf bytes, boolean raw) {
        bytes.release();
        if (phase == Phase.DONE) {
            return true;
        }
        if (asksForUpgrade() && answer.status() / 100 == 2) {
            // To an extended CONNECT this would mean that the tunnel is open.
            dropUpstream();
            refuse(502);
            return true;
        }
        return replies.begin(answer);
    }

    @Override
    public boolean raw(ByteBuf bytes) {
        return replies.content(bytes);
    }

    @Override
    public boolean content(ByteBuf piece) {
        return replies.content(piece);
    }

    @Override
    public void trailers(Fields given) {
        replies.trailers(given);
    }

    @Override
    public void answered() {
        if (phase == Phase.DONE) {
            return;
        }
        phase = Phase.DONE;
        dispatch.answers(replies.status(), false);
        replies.end();
        account.answered();
        finish();
    }

    @Override
    public void cut(int status) {
        cut(status, INTERNAL_ERROR);
    }

    @Override
    public void cut(int status, long code) {
        if (phase != Phase.DONE) {
            upstream = null;
            dispatch.answers(status, true);
            account.failed(status);
            finish();
            stream.reset(code);
        }
    }

    @Override
    public boolean tunnelOpened(Head answer, ByteBuf bytes) {
        bytes.release();
        enter(Phase.TUNNEL);
        boolean keepsUp = replies.tunnel(answer);
        account.answered();
        UpstreamCall call = upstream;
        for (ByteBuf piece = early.poll(); piece != null; piece = early.poll()) {
            if (call == null) {
                piece.release();
            } else {
                pass(call, piece);
            }
        }
        if (whole && call != null) {
            endRequest(call);
        }
        flushLater();
        return keepsUp;
    }

    @Override
    public void tunnelEnded() {
        if (phase != Phase.DONE) {
            requestDone = true;
            phase = Phase.DONE;
            dispatch.answers(replies.status(), false);
            replies.end();
            finish();
        }
    }

    @Override
    public void upstreamWritable() {
        int bytes = unconsumed;
        unconsumed = 0;
        stream.consumed(bytes);
    }

    @Override
    public void flushAll() {
        stream.flush();
        flushUpstream();
    }

    void flushUpstream() {
        toBeFlushed = false;
        UpstreamCall call = upstream;
        if (call != null) {
            call.flush();
        }
    }

    private void flushLater() {
        if (!toBeFlushed) {
            toBeFlushed = true;
            door.flushLater(this);
        }
    }

    // ---- what the client does

    @Override
    public void head(ByteBuf text, boolean end) {
        text.release();
        throw new IllegalStateException("an answer on a client's stream");
    }

    @Override
    public void received(ByteBuf piece) {
        int length = piece.readableBytes();
        lastRead = loop.now();
        UpstreamCall call = upstream;
        if (phase == Phase.DONE || phase == Phase.FOLDER) {
            piece.release();
            stream.consumed(length);
        } else if (call == null || (phase == Phase.EXCHANGE && asksForUpgrade())) {
            // No more of them than the stream's window allows.
            early.add(piece);
        } else {
            pass(call, piece);
            flushLater();
        }
    }

    private void pass(UpstreamCall call, ByteBuf piece) {
        int length = piece.readableBytes();
        account.received(length);
        bodyStarted = true;
        if (phase == Phase.TUNNEL) {
            call.raw(piece);
        } else {
            call.content(piece);
        }
        if (call.isWritable()) {
            stream.consumed(length);
        } else {
            unconsumed += length;
        }
    }

    @Override
    public void ended(Fields given) {
        lastRead = loop.now();
        whole = true;
        trailers = given;
        UpstreamCall call = upstream;
        if (call != null && !(phase == Phase.EXCHANGE && asksForUpgrade())) {
            endRequest(call);
            flushLater();
        }
    }

    private void endRequest(UpstreamCall call) {
        if (phase == Phase.TUNNEL) {
            call.tunnelEnded();
            return;
        }
        requestDone = true;
        if (!trailers.all().isEmpty()) {
            call.trailers(trailers);
        }
        call.requestDone();
    }

    @Override
    public void tooLarge() {
        refuseOrCut(413);
    }

    private void refuseOrCut(int status) {
        if (phase == Phase.DONE) {
            return;
        }
        dropUpstream();
        if (replies.isStarted()) {
            cut(status);
        } else {
            refuse(status);
        }
        stream.flush();
    }

    @Override
    public void writable() {
        UpstreamCall call = upstream;
        if (call != null) {
            call.reading(true);
        }
    }

    @Override
    public void answering(int status, long length) {
        account.status(status);
        account.add(length);
    }

    @Override
    public void closed(long code) {
        if (phase == Phase.DONE) {
            return;
        }
        if (phase == Phase.FOLDER && code == 0) {
            account.answered();
        }
        dropUpstream();
        finish();
    }

    private void dropUpstream() {
        UpstreamCall call = upstream;
        upstream = null;
        if (call != null) {
            call.abandon();
        }
        dispatch.cancel();
    }

    // ---- ends

    /// Answers in place of an upstream.
    private void refuse(int status) {
        if (phase == Phase.DONE) {
            return;
        }
        phase = Phase.DONE;
        account.failed(status);
        replies.refuse(status, dispatch.page(status), loop.proxy().time().instant());
        finish();
    }

    private void finish() {
        phase = Phase.DONE;
        upstream = null;
        account.end(head, dispatch.finish());
        loop.remove(this);
        for (ByteBuf piece = early.poll(); piece != null; piece = early.poll()) {
            unconsumed += piece.readableBytes();
            piece.release();
        }
        upstreamWritable();
        door.keep(account);
    }

    @Override
    public void sweep(long now) {
        UpstreamCall call = upstream;
        Proxy.Times times = dispatch.times();
        if ((phase == Phase.CONNECTING || phase == Phase.EXCHANGE) && dispatch.isOverdue(now)) {
            dispatch.answers(504, true);
            refuseOrCut(504);
            return;
        }
        if (call == null) {
            return;
        }
        long silence = now - Math.max(Math.max(lastRead, call.lastRead()), since);
        if (phase == Phase.TUNNEL) {
            if (silence > times.tunnelIdle()) {
                dropUpstream();
                cut(504, CANCEL);
            }
        } else if (!requestDone && call.isWritable()) {
            if (silence > times.bodyIdle()) {
                refuseOrCut(408);
            }
        } else if (!replies.isStarted()) {
            if (silence > times.firstByte()) {
                refuseOrCut(504);
            }
        } else if (stream.isWritable() && silence > times.answerIdle()) {
            dispatch.answers(504, true);
            refuseOrCut(504);
        }
    }

    @Override
    public int slot() {
        return slot;
    }

    @Override
    public void slot(int newSlot) {
        slot = newSlot;
    }
}
