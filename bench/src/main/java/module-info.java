/// Measures Pinisi from outside, as its users meet it, and shows that its promises hold under load and
/// faults.
@org.jspecify.annotations.NullMarked
module org.pinisi.bench {
    requires static transitive org.jspecify;
    requires java.net.http;
    requires org.pinisi.engine;
    requires org.pinisi.git;
    requires tools.jackson.databind;
}
