/// A web site straight from a Git branch, or from a folder.
@org.jspecify.annotations.NullMarked
module org.pinisi.site {
    requires static transitive org.jspecify;
    requires com.aayushatharva.brotli4j;
    requires com.github.luben.zstd_jni;
    requires io.netty.buffer;
    requires io.netty.common;
    requires io.netty.transport;
    requires org.pinisi.flow;
    requires org.pinisi.git;
    requires org.pinisi.http;
    requires org.slf4j;
    requires tools.jackson.core;
    requires tools.jackson.databind;

    exports org.pinisi.site;
}
