/// Decides: watches the branches, keeps each app's pipeline current, and brings releases to where they serve.
@org.jspecify.annotations.NullMarked
module org.pinisi.deployer {
    requires static transitive org.jspecify;
    requires java.sql;
    requires org.jdbi.v3.core;
    requires org.pinisi.edge;
    requires org.pinisi.engine;
    requires transitive org.pinisi.git;
    requires org.pinisi.host;
    requires transitive org.pinisi.http;
    requires org.pinisi.image;
    requires org.pinisi.process;
    requires transitive org.pinisi.vault;
    requires org.slf4j;
    requires org.snakeyaml.engine;
    requires tools.jackson.databind;

    exports org.pinisi.deployer;

    opens org.pinisi.deployer to
            tools.jackson.databind;
}
