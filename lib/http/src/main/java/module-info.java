/// The one HTTP engine of the house: an in-place parser, a server and a client, over Netty's buffers and
/// transports.
@org.jspecify.annotations.NullMarked
module org.pinisi.http {
    requires static transitive org.jspecify;
    requires transitive io.netty.buffer;
    requires transitive io.netty.common;
    requires transitive io.netty.transport;
    requires io.netty.codec;
    requires io.netty.handler;
    requires io.netty.codec.classes.quic;
    requires io.netty.codec.http2;
    requires io.netty.codec.http3;
    requires io.netty.transport.classes.epoll;
    requires io.netty.transport.unix.common;
    requires transitive org.pinisi.flow;
    requires org.slf4j;

    exports org.pinisi.http;
}
