package org.pinisi.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.nio.channels.FileChannel;

/// Where one answer goes: everything about sending it that differs between the versions of HTTP. Made on the
/// event loop. The methods that write run on the handler's thread and block while the client does not keep
/// up; they throw when the client is gone or takes nothing for the idle time. Buffers given to it are its own
/// from then on, whatever happens.
interface AnswerSink {
    ByteBufAllocator allocator();

    /// Where heartbeats run.
    EventLoop loop();

    /// The handler wants the body now: sends 100 (Continue) to a client that waits for it.
    void bodyWanted();

    /// A whole answer, its end included: the first `count` bytes of the body. `length` is what the answer
    /// announces, -1 for nothing.
    void whole(Response response, long length, byte[] body, int count) throws IOException;

    /// The beginning of an answer whose body follows; `length` is -1 if it is not known.
    void start(Response response, long length) throws IOException;

    /// The next piece of the body.
    void write(ByteBuf piece) throws IOException;

    /// The next `length` bytes of the body, from the file's beginning. Returns when the client has taken
    /// them, or nearly; the file is the sink's and closed in any case.
    void write(FileChannel file, long length) throws IOException;

    /// For the loop: a piece of the body that is left out if the client does not keep up.
    void offer(ByteBuf piece);

    /// The end of an answer that was started. The trailers are left out where they cannot be sent.
    void end(Fields trailers);

    /// Whether trailers behind a body of unknown length reach the client.
    boolean takesTrailers();

    /// Goes over to the protocol that the client asked for; from then on what is written leaves as it is, and
    /// [#end] ends the connection or stream.
    ///
    /// @return what the client sends from now on; the caller closes it
    BodyQueue upgrade(String protocol, Fields fields) throws IOException;

    /// For any thread: the answer cannot be completed, and the client must not take what it has for whole.
    void cut();

    /// For the loop: whether the answer's last byte was written.
    boolean isFinished();
}
