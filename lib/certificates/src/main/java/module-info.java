/// Certificates that look after themselves: asked for by ACME, made by a local authority, kept in Git with
/// their keys sealed.
@org.jspecify.annotations.NullMarked
module org.pinisi.certificates {
    requires static transitive org.jspecify;
    requires transitive org.pinisi.git;
    requires transitive org.pinisi.http;
    requires org.pinisi.flow;
    requires org.pinisi.process;
    requires org.bouncycastle.pkix;
    requires org.bouncycastle.provider;
    requires org.bouncycastle.util;
    requires org.dnsjava;
    requires org.shredzone.acme4j;
    requires java.naming;
    requires java.net.http;
    requires org.slf4j;
    requires tools.jackson.core;
    requires tools.jackson.databind;

    exports org.pinisi.certificates;
}
