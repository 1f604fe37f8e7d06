package org.pinisi.edge;

/// Who gave a route to the edge. The routes of all live side by side; a host belongs to one of them.
enum RouteSource {
    /// Whoever speaks to the admin socket: a deployer, a person.
    ADMIN("the admin interface"),
    /// The files of the edge's configuration.
    FILES("the configuration's files"),
    /// The entries of the certificate book that have a target.
    BOOK("the certificate book");

    private final String words;

    RouteSource(String words) {
        this.words = words;
    }

    /// For messages: "which came from …".
    String words() {
        return words;
    }
}
