package org.pinisi.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `--edge-tls`.
final class EdgeTlsWishTest {
    @TempDir
    private Path folder = Path.of("");

    private DataFolder data() {
        return DataFolder.of(folder.resolve("data"));
    }

    @Test
    void offIsNowhere() {
        assertThat(EdgeTlsWish.parse("off").chosen(data(), Listen.parse(":8000")))
                .isEmpty();
        assertThat(EdgeTlsWish.parse("off").toString()).isEqualTo("off");
    }

    @Test
    void besidePortZeroItIsAnyFreePort() {
        Optional<Listen> chosen = EdgeTlsWish.parse("auto").chosen(data(), Listen.parse(":0"));
        assertThat(chosen.orElseThrow().port()).isPositive();
    }

    @Test
    void anAddressIsTakenAsItIsSaid() throws Exception {
        Listen free;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = Listen.parse(":" + socket.getLocalPort());
        }
        assertThat(EdgeTlsWish.parse(free.toString()).chosen(data(), Listen.parse(":8000")))
                .contains(free);
    }

    @Test
    void aRunningEdgeFitsUnlessSomethingElseWasSaid() {
        Optional<Listen> there = Optional.of(Listen.parse(":8443"));
        assertThat(EdgeTlsWish.parse("auto").allows(there)).isTrue();
        assertThat(EdgeTlsWish.parse("auto").allows(Optional.empty())).isTrue();
        assertThat(EdgeTlsWish.parse(":0").allows(there)).isTrue();
        assertThat(EdgeTlsWish.parse(":8443").allows(there)).isTrue();
        assertThat(EdgeTlsWish.parse(":9443").allows(there)).isFalse();
        assertThat(EdgeTlsWish.parse("off").allows(there)).isFalse();
        assertThat(EdgeTlsWish.parse("off").allows(Optional.empty())).isTrue();
    }
}
