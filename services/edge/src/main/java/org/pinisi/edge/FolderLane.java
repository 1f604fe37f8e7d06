package org.pinisi.edge;

import org.pinisi.http.FastLane;
import org.pinisi.http.FastPath;

/// Answers the requests of one client connection that go to folders.
final class FolderLane implements FastLane.Owner {
    private final ClientConnection client;
    private final FastLane lane;

    FolderLane(ClientConnection client, Proxy proxy) {
        this.client = client;
        this.lane = proxy.lanes().open(client.context(), client.head(), this, client.isSecure());
    }

    /// Offers the request whose head `client` has. Ends in [ClientConnection#folderAnswered] if it was
    /// taken.
    boolean serve(FastPath files) {
        return lane.offer(files);
    }

    void writable() {
        lane.writabilityChanged();
    }

    void gone() {
        lane.closed();
    }

    @Override
    public boolean isKept() {
        return client.isKeepAlive();
    }

    @Override
    public void answerBegins(int status) {
        client.folderAnswers(status);
    }

    @Override
    public void answerEnds(long bytes, boolean whole) {
        client.folderAnswered(bytes, whole);
    }
}
