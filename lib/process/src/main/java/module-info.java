/// Child processes together with everything they start: own session, sandbox, limits, exact identity, certain end.
@org.jspecify.annotations.NullMarked
module org.pinisi.process {
    requires static transitive org.jspecify;
    requires org.slf4j;

    exports org.pinisi.process;
}
