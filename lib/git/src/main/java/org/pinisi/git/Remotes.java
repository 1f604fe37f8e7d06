package org.pinisi.git;

import java.util.Locale;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.transport.Transport;
import org.eclipse.jgit.transport.URIish;

/// Finds the way to a remote.
final class Remotes implements AutoCloseable {
    private final TransferLimits limits;

    Remotes(TransferLimits limits) {
        this.limits = limits;
    }

    TransferLimits limits() {
        return limits;
    }

    /// The caller closes the transport.
    Transport open(RemoteUrl url, Repository local) {
        return switch (url.scheme()) {
            case GIT -> new FlowTransport(local, url, new DaemonCaller(url, limits));
            case FILE -> new FlowTransport(local, url, new LocalCaller(url, limits));
            case SSH, HTTP, HTTPS -> throw new GitException("not yet");
        };
    }

    @Override
    public void close() {}

    /// For JGit, which shows it in messages.
    static URIish withoutSecrets(RemoteUrl url) {
        URIish uri = new URIish().setPath(url.path());
        return url.scheme() == RemoteUrl.Scheme.FILE
                ? uri
                : uri.setScheme(url.scheme().name().toLowerCase(Locale.ROOT)).setHost(url.host());
    }
}
