/// The edge: the reverse proxy in front of all apps, and the client that sets its routes.
@org.jspecify.annotations.NullMarked
module org.pinisi.edge {
    requires static transitive org.jspecify;
    requires transitive org.pinisi.certificates;
    requires transitive org.pinisi.git;
    requires transitive org.pinisi.http;
    requires java.management;
    requires io.netty.buffer;
    requires io.netty.codec.haproxy;
    requires io.netty.common;
    requires io.netty.transport;
    requires io.netty.transport.unix.common;
    requires io.netty.handler;
    requires io.netty.codec;
    requires org.slf4j;
    requires org.snakeyaml.engine;
    requires tools.jackson.databind;
    requires tools.jackson.core;

    exports org.pinisi.edge;
}
