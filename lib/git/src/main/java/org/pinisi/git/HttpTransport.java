package org.pinisi.git;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.jgit.errors.PackProtocolException;
import org.eclipse.jgit.errors.TransportException;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ProgressMonitor;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.transport.BasePackFetchConnection;
import org.eclipse.jgit.transport.BasePackPushConnection;
import org.eclipse.jgit.transport.FetchConnection;
import org.eclipse.jgit.transport.PackTransport;
import org.eclipse.jgit.transport.PacketLineIn;
import org.eclipse.jgit.transport.PushConnection;
import org.eclipse.jgit.transport.RefSpec;
import org.eclipse.jgit.transport.RemoteRefUpdate;
import org.eclipse.jgit.transport.Transport;
import org.jspecify.annotations.Nullable;
import org.pinisi.http.ClientResponse;

/// JGit's pack protocol over requests and answers (gitprotocol-http(5)).
final class HttpTransport extends Transport implements PackTransport {
    private static final int BUFFER = 32 * 1024;

    private final HttpAccess access;

    HttpTransport(Repository local, RemoteUrl url, HttpSettings settings) {
        super(local, Remotes.withoutSecrets(url));
        this.access = new HttpAccess(settings, url);
    }

    @Override
    public FetchConnection openFetch() throws TransportException {
        return openFetch(List.of());
    }

    @Override
    public FetchConnection openFetch(Collection<RefSpec> specs, String... patterns) throws TransportException {
        try (ClientResponse shown = access.advertise(Service.FETCH)) {
            return new Fetch(this, advertisement(shown), specs, patterns);
        } catch (IOException failure) {
            throw failed(failure);
        }
    }

    @Override
    public PushConnection openPush() throws TransportException {
        try (ClientResponse shown = access.advertise(Service.PUSH)) {
            return new Push(this, advertisement(shown));
        } catch (IOException failure) {
            throw failed(failure);
        }
    }

    @Override
    public void close() {
        // Each connection closes its own answers.
    }

    private HttpTalk talk(Service service) {
        return new HttpTalk(access, service, local.getDirectory());
    }

    private TransportException failed(IOException failure) {
        return failure instanceof TransportException own
                ? own
                : new TransportException(uri, String.valueOf(failure.getMessage()), failure);
    }

    /// Versions 0 and 1 begin with the service's name and a flush; version 2 with itself.
    private static InputStream advertisement(ClientResponse shown) throws IOException {
        BufferedInputStream in = new BufferedInputStream(shown.body(), BUFFER);
        in.mark(BUFFER);
        byte[] first = in.readNBytes(5);
        if (first.length < 5 || (first[4] != '#' && first[4] != 'v')) {
            throw new PackProtocolException("the answer does not begin as Git's protocol does: "
                    + ProgressQueue.printable(new String(first, StandardCharsets.ISO_8859_1)));
        }
        in.reset();
        if (first[4] == '#') {
            PacketLineIn lines = new PacketLineIn(in);
            while (!PacketLineIn.isEnd(lines.readString())) {
                // The service's name; nothing else stands here.
            }
        }
        return in;
    }

    private static final class Fetch extends BasePackFetchConnection {
        private final HttpTransport remote;
        private @Nullable HttpTalk talk;

        Fetch(HttpTransport remote, InputStream advertisement, Collection<RefSpec> specs, String... patterns)
                throws TransportException {
            super(remote);
            this.remote = remote;
            statelessRPC = true;
            init(advertisement, OutputStream.nullOutputStream());
            outNeedsEnd = false;
            if (!readAdvertisedRefs()) {
                begin();
                lsRefs(specs, patterns);
            }
        }

        @Override
        @SuppressWarnings("NullAway") // JGit: null when there is no channel for messages.
        protected void doFetch(
                ProgressMonitor monitor, Collection<Ref> want, Set<ObjectId> have, @Nullable OutputStream messages)
                throws TransportException {
            begin();
            super.doFetch(monitor, want, have, messages);
        }

        private void begin() {
            end();
            talk = remote.talk(Service.FETCH);
            init(talk.input(), talk.output());
            outNeedsEnd = false;
        }

        private void end() {
            if (talk != null) {
                talk.close();
                talk = null;
            }
        }

        @Override
        public void close() {
            super.close();
            end();
        }
    }

    private static final class Push extends BasePackPushConnection {
        private final HttpTransport remote;

        Push(HttpTransport remote, InputStream advertisement) throws TransportException {
            super(remote);
            this.remote = remote;
            statelessRPC = true;
            init(advertisement, OutputStream.nullOutputStream());
            outNeedsEnd = false;
            readAdvertisedRefs();
        }

        @Override
        @SuppressWarnings("NullAway") // JGit: null when there is no channel for messages.
        protected void doPush(
                ProgressMonitor monitor, Map<String, RemoteRefUpdate> updates, @Nullable OutputStream messages)
                throws TransportException {
            try (HttpTalk talk = remote.talk(Service.PUSH)) {
                init(talk.input(), talk.output());
                outNeedsEnd = false;
                super.doPush(monitor, updates, messages);
            }
        }
    }
}
