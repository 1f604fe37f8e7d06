/// The smallest service: answers every request with the time in UTC, as JSON.
@org.jspecify.annotations.NullMarked
module org.pinisi.clock {
    requires static transitive org.jspecify;
    requires org.pinisi.http;
    requires org.slf4j;

    exports org.pinisi.clock;
}
