/// Images: file trees stored once, addressed by the digest of what they hold.
@org.jspecify.annotations.NullMarked
module org.pinisi.image {
    requires static transitive org.jspecify;
    requires org.slf4j;

    exports org.pinisi.image;
}
