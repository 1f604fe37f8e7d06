/// The pages of the control plane: what runs, what is being deployed, and why something failed.
@org.jspecify.annotations.NullMarked
module org.pinisi.web {
    requires static transitive org.jspecify;
    requires gg.jte.runtime;
    requires transitive org.pinisi.deployer;
    requires transitive org.pinisi.edge;
    requires transitive org.pinisi.http;
    requires org.slf4j;
    requires tools.jackson.core;

    exports org.pinisi.web;
}
