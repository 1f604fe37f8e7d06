/// The incremental pipeline engine: values kept up to date as their inputs change, and jobs as the only door to
/// effects.
@org.jspecify.annotations.NullMarked
module org.pinisi.engine {
    requires static transitive org.jspecify;
    requires org.slf4j;
    requires java.sql;

    exports org.pinisi.engine;
}
