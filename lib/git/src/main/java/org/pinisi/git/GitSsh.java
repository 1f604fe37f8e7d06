package org.pinisi.git;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PublicKey;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.sshd.common.AttributeRepository.AttributeKey;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.global.KeepAliveHandler;
import org.apache.sshd.common.io.IoAcceptor;
import org.apache.sshd.common.io.IoServiceEventListener;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.SessionListener;
import org.apache.sshd.common.session.helpers.AbstractSession;
import org.apache.sshd.core.CoreModuleProperties;
import org.apache.sshd.server.ServerBuilder;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.auth.pubkey.UserAuthPublicKeyFactory;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.channel.ChannelSessionFactory;
import org.apache.sshd.server.forward.RejectAllForwardingFilter;
import org.apache.sshd.server.global.NoMoreSessionsHandler;
import org.apache.sshd.server.session.ServerSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Serves a store over SSH (RFC 4251 to 4254) to whoever has a key in an `authorized_keys` file, under
/// any user name: `git-receive-pack` and `git-upload-pack`, and nothing else: no shell, no forwarding, no
/// file transfer.
///
/// The file is read again when it changes. Its keys may be of the types `ssh-ed25519`,
/// `ecdsa-sha2-nistp*` and `ssh-rsa` (with SHA-2 signatures). A line whose options would narrow its key
/// (`command=`, `from=`, …) counts for nothing, and the log says so; options about terminals and
/// forwarding are accepted, since there is none of either.
public final class GitSsh implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GitSsh.class);
    private static final AttributeKey<String> OWNER = new AttributeKey<>();
    private static final int WORKERS = 2;
    private static final int MAX_CHANNELS = 8;
    private static final int MAX_KEYS_TRIED = 12;
    private static final int MAX_CONNECTIONS = 256;
    private static final Duration SIGN_IN_TIME = Duration.ofSeconds(30);
    private static final Duration CLOSE_TIME = Duration.ofSeconds(5);

    private final SshServer server;
    private final String fingerprint;

    private GitSsh(SshServer server, String fingerprint) {
        this.server = server;
        this.fingerprint = fingerprint;
    }

    /// Starts to serve.
    ///
    /// @param address where to listen; port 0 takes a free one
    /// @param hostKey the server's key; made (Ed25519, mode 0600) when there is no such file
    /// @param authorizedKeys need not exist yet
    /// @throws GitException when the address is taken, or the host key cannot be used
    public static GitSsh start(
            RepositoryStore store,
            PushListener listener,
            InetSocketAddress address,
            Path hostKey,
            Path authorizedKeys) {
        KeyPair key = HostKey.open(hostKey);
        AuthorizedKeys authorized = new AuthorizedKeys(authorizedKeys);
        SshServer server = ServerBuilder.builder()
                .signatureFactories(SshKeys.SIGNATURES)
                .channelFactories(List.of(ChannelSessionFactory.INSTANCE))
                .globalRequestHandlers(List.of(KeepAliveHandler.INSTANCE, NoMoreSessionsHandler.INSTANCE))
                .forwardingFilter(RejectAllForwardingFilter.INSTANCE)
                .build();
        server.setHost(address.getHostString());
        server.setPort(address.getPort());
        server.setKeyPairProvider(KeyPairProvider.wrap(key));
        server.setUserAuthFactories(List.of(UserAuthPublicKeyFactory.INSTANCE));
        server.setPublickeyAuthenticator((_, candidate, session) -> signIn(authorized, candidate, session));
        server.setSubsystemFactories(List.of());
        server.setCommandFactory((_, line) -> new SshCommand(store, listener, line, GitSsh::owner));
        server.setShellFactory(_ -> new SshCommand(store, listener, "", GitSsh::owner));
        limit(server, store.limits());
        try {
            server.start();
        } catch (IOException failure) {
            throw new GitException("cannot serve SSH at " + address + ": " + failure.getMessage(), failure);
        }
        return new GitSsh(server, KeyUtils.getFingerPrint(key.getPublic()));
    }

    /// The port listened on.
    public int port() {
        return server.getPort();
    }

    /// The host key's fingerprint as `ssh-keygen -l` shows it: `SHA256:` and 43 characters.
    public String fingerprint() {
        return fingerprint;
    }

    /// Stops listening and closes all connections: pushes being received end without effect, accepted
    /// ones go on.
    @Override
    public void close() {
        try {
            // Sessions first: MINA's threads must not end while a channel can still wake them.
            for (AbstractSession session : server.getActiveSessions()) {
                session.close(true).await(CLOSE_TIME.toMillis());
            }
            server.stop(true);
        } catch (IOException failure) {
            LOG.warn("event=ssh_stop_failed reason=\"{}\"", failure.toString());
        }
    }

    private static boolean signIn(AuthorizedKeys authorized, PublicKey candidate, ServerSession session) {
        Optional<String> owner = authorized.owner(candidate);
        if (owner.isEmpty()) {
            LOG.info(
                    "event=ssh_key_refused remote=\"{}\" key=\"{}\"",
                    session.getClientAddress(),
                    KeyUtils.getFingerPrint(candidate));
            return false;
        }
        session.setAttribute(OWNER, owner.get());
        return true;
    }

    private static String owner(ChannelSession channel) {
        return Optional.ofNullable(channel.getSession().getAttribute(OWNER)).orElse("unknown");
    }

    private static void limit(SshServer server, GitLimits limits) {
        CoreModuleProperties.NIO_WORKERS.set(server, WORKERS);
        CoreModuleProperties.AUTH_TIMEOUT.set(server, SIGN_IN_TIME);
        CoreModuleProperties.IDLE_TIMEOUT.set(server, limits.idleTime());
        CoreModuleProperties.NIO2_READ_TIMEOUT.set(server, limits.idleTime().plusSeconds(10));
        CoreModuleProperties.MAX_AUTH_REQUESTS.set(server, MAX_KEYS_TRIED);
        CoreModuleProperties.MAX_CONCURRENT_CHANNELS.set(server, MAX_CHANNELS);
        CoreModuleProperties.SERVER_IDENTIFICATION.set(server, "PINISI");
        // The bound is on connections, signed in or not.
        AtomicInteger connections = new AtomicInteger();
        server.setIoServiceEventListener(new IoServiceEventListener() {
            @Override
            public void connectionAccepted(
                    IoAcceptor acceptor, SocketAddress local, SocketAddress remote, SocketAddress service)
                    throws IOException {
                if (connections.get() >= MAX_CONNECTIONS) {
                    throw new IOException("more than " + MAX_CONNECTIONS + " SSH connections");
                }
            }
        });
        server.addSessionListener(new SessionListener() {
            @Override
            public void sessionCreated(Session session) {
                connections.incrementAndGet();
            }

            @Override
            public void sessionClosed(Session session) {
                connections.decrementAndGet();
            }
        });
    }
}
