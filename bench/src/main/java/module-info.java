/// Measures Pinisi from outside, as its users meet it, and shows that its promises hold under load and
/// faults.
@org.jspecify.annotations.NullMarked
module org.pinisi.bench {
    requires static transitive org.jspecify;
    requires io.netty.buffer;
    requires io.netty.codec.classes.quic;
    requires io.netty.codec.http3;
    requires io.netty.common;
    requires io.netty.handler;
    requires io.netty.transport;
    requires java.management;
    requires java.net.http;
    requires org.pinisi.edge;
    requires org.pinisi.engine;
    requires org.pinisi.git;
    requires org.pinisi.http;
    requires tools.jackson.databind;

    provides java.net.spi.InetAddressResolverProvider with
            org.pinisi.bench.LocalhostNames;
}
