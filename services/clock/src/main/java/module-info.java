/// The smallest service: answers every request with the time in UTC, as JSON.
@org.jspecify.annotations.NullMarked
module org.pinisi.clock {
    requires static transitive org.jspecify;
    requires io.netty.buffer;
    requires io.netty.common;
    requires io.netty.transport;
    requires org.pinisi.http;
    requires org.slf4j;

    exports org.pinisi.clock;
}
