package org.pinisi.git;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.sshd.agent.SshAgent;
import org.apache.sshd.agent.SshAgentFactory;
import org.apache.sshd.agent.SshAgentServer;
import org.apache.sshd.agent.common.AbstractAgentProxy;
import org.apache.sshd.common.FactoryManager;
import org.apache.sshd.common.channel.ChannelFactory;
import org.apache.sshd.common.session.ConnectionService;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.pinisi.flow.Flow;
import org.pinisi.flow.Flows;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Talks to an agent over its socket (draft-ietf-sshm-ssh-agent): each message has its length before it.
final class SshAgentClient extends AbstractAgentProxy {
    private static final Logger LOG = LoggerFactory.getLogger(SshAgentClient.class);
    private static final int LONGEST = 256 * 1024;
    private static final Duration CONNECT = Duration.ofSeconds(2);

    /// A person may have to touch a key or confirm.
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Flow flow;

    @SuppressWarnings("NullAway") // MINA: null for no threads of its own.
    private SshAgentClient(Flow flow) {
        super(null);
        this.flow = flow;
    }

    /// For one connection.
    record Factory(Path socket) implements SshAgentFactory {
        /// Whether somebody listens there at all.
        boolean answers() {
            try (Flow flow = Flows.unix(socket, CONNECT)) {
                LOG.debug("event=agent_found flow=\"{}\"", flow.description());
                return true;
            } catch (IOException nobody) {
                LOG.warn("event=agent_absent socket=\"{}\" reason=\"{}\"", socket, nobody.toString());
                return false;
            }
        }

        @Override
        public List<ChannelFactory> getChannelForwardingFactories(FactoryManager manager) {
            return List.of();
        }

        @Override
        public SshAgent createClient(Session session, FactoryManager manager) throws IOException {
            Flow flow = Flows.unix(socket, CONNECT);
            flow.patience(PATIENCE);
            return new SshAgentClient(flow);
        }

        @Override
        public SshAgentServer createServer(ConnectionService service) {
            throw new UnsupportedOperationException("no agent is served here");
        }
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    protected synchronized Buffer request(Buffer message) throws IOException {
        byte[] bytes = message.getCompactData();
        flow.write(bytes, 0, bytes.length);
        int length = ByteBuffer.wrap(read(Integer.BYTES)).getInt();
        if (length < 1 || length > LONGEST) {
            throw new IOException("the agent answers with " + length + " bytes");
        }
        return new ByteArrayBuffer(read(length));
    }

    private byte[] read(int length) throws IOException {
        byte[] bytes = flow.input().readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("the agent closed the connection");
        }
        return bytes;
    }

    @Override
    public void close() throws IOException {
        flow.close();
        super.close();
    }
}
