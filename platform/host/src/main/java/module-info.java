/// The host: runs units, watches them, keeps their consoles; a daemon as a library, and its client.
@org.jspecify.annotations.NullMarked
module org.pinisi.host {
    requires static transitive org.jspecify;
    requires transitive org.pinisi.process;
    requires transitive org.pinisi.vault;
    requires org.pinisi.http;
    requires org.slf4j;
    requires tools.jackson.databind;

    exports org.pinisi.host;
}
