package org.pinisi.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AddressTreeTest {
    private static List<AddressRange> ranges(String... texts) {
        return Arrays.stream(texts).map(AddressRange::parse).toList();
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.1, true",
        "10.1.0.1, false",
        "10.1.2.3, true",
        "10.1.2.4, false",
        "11.0.0.1, false",
        "2001:db8::1, true",
        "2001:db9::1, false",
        "::ffff:10.0.0.1, true",
    })
    void theLongestBlockDecides(String address, boolean says) {
        AddressTree tree =
                new AddressTree(ranges("10.0.0.0/8", "10.1.2.3", "2001:db8::/32"), ranges("10.1.0.0/16", "0.0.0.0/0"));
        assertThat(tree.says(InetAddress.ofLiteral(address), false)).isEqualTo(says);
    }

    @Test
    void ofEqualBlocksNoWins() {
        AddressTree tree = new AddressTree(ranges("10.0.0.0/8"), ranges("10.0.0.0/8"));
        assertThat(tree.says(InetAddress.ofLiteral("10.0.0.1"), true)).isFalse();
    }

    @Test
    void anEmptyTreeSaysWhatIsUsual() {
        AddressTree tree = new AddressTree(List.of(), List.of());
        assertThat(tree.says(InetAddress.ofLiteral("10.0.0.1"), true)).isTrue();
        assertThat(tree.says(InetAddress.ofLiteral("::1"), false)).isFalse();
    }

    @Test
    void agreesWithTheBlocksThemselves() throws UnknownHostException {
        Random random = new Random(20260101);
        List<AddressRange> yes = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            int prefix = random.nextInt(33);
            int bits = prefix == 0 ? 0 : random.nextInt() & (int) (0xFFFFFFFFL << (32 - prefix));
            yes.add(new AddressRange(address(bits), prefix < 4 ? 32 : prefix));
        }
        AddressTree tree = new AddressTree(yes, List.of());
        for (int i = 0; i < 10_000; i++) {
            InetAddress address = address(random.nextInt());
            assertThat(tree.says(address, false)).isEqualTo(yes.stream().anyMatch(range -> range.contains(address)));
        }
    }

    private static InetAddress address(int bits) throws UnknownHostException {
        return InetAddress.getByAddress(
                new byte[] {(byte) (bits >> 24), (byte) (bits >> 16), (byte) (bits >> 8), (byte) bits});
    }
}
