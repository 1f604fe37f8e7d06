/// The one command, `pinisi`: parses the command line and wires the rooms together.
@org.jspecify.annotations.NullMarked
module org.pinisi.cli {
    requires static transitive org.jspecify;
    requires ch.qos.logback.classic;
    requires ch.qos.logback.core;
    requires info.picocli;
    requires org.pinisi.certificates;
    requires org.pinisi.clock;
    requires org.pinisi.deployer;
    requires org.pinisi.edge;
    requires org.pinisi.git;
    requires org.pinisi.host;
    requires org.pinisi.http;
    requires org.pinisi.site;
    requires org.pinisi.vault;
    requires org.pinisi.web;
    requires org.slf4j;
    requires tools.jackson.databind;

    provides ch.qos.logback.classic.spi.Configurator with
            org.pinisi.cli.LogStart;

    // picocli reads the annotations of the command classes and sets their fields.
    opens org.pinisi.cli to
            info.picocli,
            tools.jackson.databind;
}
