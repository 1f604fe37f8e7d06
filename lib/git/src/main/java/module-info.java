/// Repositories: a store of bare Git repositories, served over smart HTTP and SSH, and watched for changes; and a
/// client
/// for repositories elsewhere.
@org.jspecify.annotations.NullMarked
module org.pinisi.git {
    requires static transitive org.jspecify;
    requires org.apache.sshd.osgi;
    requires org.eclipse.jgit;
    requires org.pinisi.flow;
    requires transitive org.pinisi.http;
    requires org.slf4j;

    exports org.pinisi.git;
}
