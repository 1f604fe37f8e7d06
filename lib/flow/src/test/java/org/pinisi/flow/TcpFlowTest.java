package org.pinisi.flow;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class TcpFlowTest extends FlowRules {
    @Override
    Flow[] connect() throws Exception {
        try (ServerSocketChannel server = ServerSocketChannel.open()) {
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            int port = ((InetSocketAddress) server.getLocalAddress()).getPort();
            Flow near = Flows.tcp("127.0.0.1", port, Duration.ofSeconds(5));
            return new Flow[] {near, ChannelFlow.accepted(server.accept())};
        }
    }

    @Test
    void aRefusedConnectionSaysWhere() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        assertThatThrownBy(() -> Flows.tcp("127.0.0.1", port, Duration.ofSeconds(5)))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("tcp 127.0.0.1:" + port);
    }
}
