package org.pinisi.flow;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class UnixFlowTest extends FlowRules {
    @TempDir
    private Path folder;

    @Override
    Flow[] connect() throws Exception {
        Path path = folder.resolve("socket");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(path));
            Flow near = Flows.standard().resolve(Context.empty().with(Flows.UNIX_PATH, path));
            return new Flow[] {near, ChannelFlow.accepted(server.accept())};
        } finally {
            Files.deleteIfExists(path);
        }
    }

    @Test
    void aMissingSocketIsNamed() {
        Path missing = folder.resolve("missing");
        assertThatThrownBy(() -> Flows.unix(missing, Duration.ofSeconds(1)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(missing.toString());
    }
}
