/// Repositories: a store of bare Git repositories, served over smart HTTP and SSH, and watched for changes.
@org.jspecify.annotations.NullMarked
module org.pinisi.git {
    requires static transitive org.jspecify;
    requires org.apache.sshd.osgi;
    requires org.eclipse.jgit;
    requires transitive org.pinisi.http;
    requires org.slf4j;

    exports org.pinisi.git;
}
