package org.pinisi.edge;

import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Blocks of addresses as a prefix tree, one for each version of IP: the longest block that holds an
/// address decides, in as many steps as it has bits. Immutable once built.
final class AddressTree {
    private static final class Node {
        private @Nullable Node zero;
        private @Nullable Node one;
        private @Nullable Boolean said;
    }

    private final Node four = new Node();
    private final Node six = new Node();

    /// @param no blocks that say no; they win over equal ones that say yes
    AddressTree(List<AddressRange> yes, List<AddressRange> no) {
        yes.forEach(range -> add(range, true));
        no.forEach(range -> add(range, false));
    }

    private void add(AddressRange range, boolean says) {
        byte[] bytes = range.address().getAddress();
        Node node = root(bytes);
        for (int bit = 0; bit < range.prefix(); bit++) {
            Node next = child(node, bytes, bit);
            if (next == null) {
                next = new Node();
                if (isSet(bytes, bit)) {
                    node.one = next;
                } else {
                    node.zero = next;
                }
            }
            node = next;
        }
        node.said = says;
    }

    /// What the longest block says that holds the address.
    boolean says(InetAddress address, boolean otherwise) {
        byte[] bytes = address.getAddress();
        Node node = root(bytes);
        boolean says = otherwise;
        int bit = 0;
        while (node != null) {
            Boolean said = node.said;
            says = said == null ? says : said;
            node = bit == bytes.length * 8 ? null : child(node, bytes, bit++);
        }
        return says;
    }

    private Node root(byte[] bytes) {
        return bytes.length == 4 ? four : six;
    }

    private static @Nullable Node child(Node node, byte[] bytes, int bit) {
        return isSet(bytes, bit) ? node.one : node.zero;
    }

    private static boolean isSet(byte[] bytes, int bit) {
        return (bytes[bit >> 3] & (0x80 >> (bit & 7))) != 0;
    }
}
