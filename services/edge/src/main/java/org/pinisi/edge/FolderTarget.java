package org.pinisi.edge;

/// A folder that answers requests from the event loop.
interface FolderTarget {
    /// Answers the request whose head `client` has; ends in [ClientConnection#answered].
    void serve(ClientConnection client);
}
