package org.pinisi.git;

import java.net.SocketAddress;
import java.util.Map;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.config.hosts.HostConfigEntry;
import org.apache.sshd.client.future.ConnectFuture;
import org.apache.sshd.common.AttributeRepository;
import org.apache.sshd.common.io.DefaultIoConnectFuture;
import org.apache.sshd.common.io.IoConnectFuture;
import org.apache.sshd.common.io.IoConnector;
import org.apache.sshd.common.io.IoHandler;
import org.apache.sshd.common.io.IoServiceEventListener;
import org.apache.sshd.common.io.IoSession;
import org.apache.sshd.common.keyprovider.KeyIdentityProvider;
import org.apache.sshd.common.util.closeable.AbstractCloseable;
import org.jspecify.annotations.Nullable;
import org.pinisi.flow.Flow;

/// Gives MINA the one flow that is connected already, whatever address it names.
final class SshConnector extends AbstractCloseable implements IoConnector {
    private final Flow flow;
    private final IoHandler handler;
    private @Nullable SshSession session;

    private SshConnector(Flow flow, IoHandler handler) {
        super("");
        this.flow = flow;
        this.handler = handler;
    }

    /// A client for one connection.
    static final class Client extends SshClient {
        private final Flow flow;
        private volatile @Nullable SshConnector used;

        Client(Flow flow) {
            this.flow = flow;
        }

        @Override
        protected IoConnector createConnector() {
            SshConnector made = new SshConnector(flow, getSessionFactory());
            used = made;
            return made;
        }

        /// @param address for messages only
        @SuppressWarnings("NullAway") // MINA: null for no context and no local address.
        ConnectFuture connect(String user, SocketAddress address, RemoteUrl url) throws java.io.IOException {
            return doConnect(
                    user,
                    address,
                    null,
                    null,
                    KeyIdentityProvider.EMPTY_KEYS_PROVIDER,
                    new HostConfigEntry("", url.host(), url.port(), user));
        }

        @Nullable
        SshSession session() {
            SshConnector made = used;
            return made == null ? null : made.session;
        }
    }

    @Override
    public IoConnectFuture connect(
            SocketAddress address, @Nullable AttributeRepository context, @Nullable SocketAddress local) {
        DefaultIoConnectFuture future = new DefaultIoConnectFuture(address, null);
        SshSession made = new SshSession(flow, this, handler, address);
        session = made;
        try {
            handler.sessionCreated(made);
            future.setSession(made);
            made.start();
        } catch (Exception failure) {
            made.close(true);
            future.setException(failure);
        }
        return future;
    }

    @Override
    protected void doCloseImmediately() {
        SshSession made = session;
        if (made != null) {
            made.close(true);
        }
        super.doCloseImmediately();
    }

    @Override
    public Map<Long, IoSession> getManagedSessions() {
        SshSession made = session;
        return made == null ? Map.of() : Map.of(made.getId(), made);
    }

    @Override
    public @Nullable IoServiceEventListener getIoServiceEventListener() {
        return null;
    }

    @Override
    public void setIoServiceEventListener(@Nullable IoServiceEventListener listener) {
        // Nobody listens to the making of one connection.
    }
}
