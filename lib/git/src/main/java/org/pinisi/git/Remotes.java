package org.pinisi.git;

import java.util.Locale;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.transport.Transport;
import org.eclipse.jgit.transport.URIish;

/// Finds the way to a remote.
final class Remotes implements AutoCloseable {
    private final TransferLimits limits;
    private final SshSettings ssh;
    private final HttpSettings http;

    Remotes(TransferLimits limits, SshSettings ssh, HttpSettings http) {
        this.limits = limits;
        this.ssh = ssh;
        this.http = http;
    }

    /// The caller closes the transport.
    Transport open(RemoteUrl url, Repository local) {
        return switch (url.scheme()) {
            case GIT -> new FlowTransport(local, url, new DaemonCaller(url, limits));
            case FILE -> new FlowTransport(local, url, new LocalCaller(url, limits));
            case HTTP, HTTPS -> new HttpTransport(local, url, http);
            case SSH -> new FlowTransport(local, url, new SshCaller(url, limits, ssh));
        };
    }

    @Override
    public void close() {
        http.client().close();
    }

    /// For JGit, which shows it in messages.
    static URIish withoutSecrets(RemoteUrl url) {
        URIish uri = new URIish().setPath(url.path());
        return url.scheme() == RemoteUrl.Scheme.FILE
                ? uri
                : uri.setScheme(url.scheme().name().toLowerCase(Locale.ROOT)).setHost(url.host());
    }
}
