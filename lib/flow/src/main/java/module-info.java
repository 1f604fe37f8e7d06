/// Connections: connected byte streams, and how to reach a peer from what is known about it.
@org.jspecify.annotations.NullMarked
module org.pinisi.flow {
    requires static transitive org.jspecify;
    requires org.slf4j;

    exports org.pinisi.flow;
}
