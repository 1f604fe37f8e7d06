package org.pinisi.git;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Collection;
import java.util.List;
import org.eclipse.jgit.errors.NoRemoteRepositoryException;
import org.eclipse.jgit.errors.TransportException;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.transport.BasePackFetchConnection;
import org.eclipse.jgit.transport.BasePackPushConnection;
import org.eclipse.jgit.transport.FetchConnection;
import org.eclipse.jgit.transport.PackTransport;
import org.eclipse.jgit.transport.PushConnection;
import org.eclipse.jgit.transport.RefSpec;
import org.eclipse.jgit.transport.Transport;
import org.jspecify.annotations.Nullable;
import org.pinisi.flow.Flow;

/// JGit's pack protocol over one flow a connection: git://, SSH and repositories on this machine.
final class FlowTransport extends Transport implements PackTransport {
    private static final int BUFFER = 32 * 1024;

    private final RemoteUrl url;
    private final Caller caller;

    FlowTransport(Repository local, RemoteUrl url, Caller caller) {
        super(local, Remotes.withoutSecrets(url));
        this.url = url;
        this.caller = caller;
    }

    @Override
    public FetchConnection openFetch() throws TransportException {
        return openFetch(List.of());
    }

    @Override
    public FetchConnection openFetch(Collection<RefSpec> specs, String... patterns) throws TransportException {
        return new Fetch(this, call(Service.FETCH), specs, patterns);
    }

    @Override
    public PushConnection openPush() throws TransportException {
        return new Push(this, call(Service.PUSH));
    }

    @Override
    public void close() {
        // Each connection closes its own flow.
    }

    private Flow call(Service service) throws TransportException {
        try {
            return caller.call(service);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new TransportException(uri, "interrupted", new InterruptedIOException("interrupted"));
        } catch (IOException failure) {
            throw new TransportException(uri, String.valueOf(failure.getMessage()), failure);
        }
    }

    /// That the other end closed before it said anything; a program behind SSH may have said why beside
    /// its output.
    private NoRemoteRepositoryException silence(Flow flow, @Nullable Throwable cause) {
        String said = flow instanceof SshFlow ssh ? ssh.complaint() : "";
        NoRemoteRepositoryException failure = new NoRemoteRepositoryException(
                uri, said.isEmpty() ? url + " closed the connection without a word" : said);
        if (cause != null) {
            failure.initCause(cause);
        }
        return failure;
    }

    private static final class Fetch extends BasePackFetchConnection {
        private final FlowTransport remote;
        private final Flow flow;

        Fetch(FlowTransport remote, Flow flow, Collection<RefSpec> specs, String... patterns)
                throws TransportException {
            super(remote);
            this.remote = remote;
            this.flow = flow;
            init(new BufferedInputStream(flow.input(), BUFFER), new BufferedOutputStream(flow.output(), BUFFER));
            if (!readAdvertisedRefs()) {
                lsRefs(specs, patterns);
            }
        }

        @Override
        protected TransportException noRepository(@Nullable Throwable cause) {
            return remote.silence(flow, cause);
        }

        @Override
        public void close() {
            super.close();
            flow.close();
        }
    }

    private static final class Push extends BasePackPushConnection {
        private final FlowTransport remote;
        private final Flow flow;

        Push(FlowTransport remote, Flow flow) throws TransportException {
            super(remote);
            this.remote = remote;
            this.flow = flow;
            init(new BufferedInputStream(flow.input(), BUFFER), new BufferedOutputStream(flow.output(), BUFFER));
            readAdvertisedRefs();
        }

        @Override
        protected TransportException noRepository(@Nullable Throwable cause) {
            return remote.silence(flow, cause);
        }

        @Override
        public void close() {
            super.close();
            flow.close();
        }
    }
}
