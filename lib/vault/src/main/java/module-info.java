/// Secrets at rest: sealed with AES-256-GCM under a key file that lives outside the data folder.
@org.jspecify.annotations.NullMarked
module org.pinisi.vault {
    requires static transitive org.jspecify;

    exports org.pinisi.vault;
}
