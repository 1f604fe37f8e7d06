/// The one command, `pinisi`: parses the command line and wires the rooms together.
@org.jspecify.annotations.NullMarked
module org.pinisi.cli {
    requires static transitive org.jspecify;
    requires ch.qos.logback.classic;
    requires info.picocli;
    requires org.pinisi.clock;
    requires org.slf4j;

    // picocli reads the annotations of the command classes and sets their fields.
    opens org.pinisi.cli to
            info.picocli;
}
