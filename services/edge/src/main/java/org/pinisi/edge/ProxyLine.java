package org.pinisi.edge;

import io.netty.buffer.ByteBuf;
import io.netty.util.NetUtil;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/// The first bytes of a connection to an upstream that wants to know whose request comes (PROXY
/// protocol, HAProxy's `proxy-protocol.txt`).
final class ProxyLine {
    /// The longest that is written.
    static final int LONGEST = 107;

    private static final byte[] SIGNATURE = {0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a};
    private static final int VERSION_2_PROXY = 0x21;
    private static final int TCP_OVER_IPV4 = 0x11;
    private static final int TCP_OVER_IPV6 = 0x21;
    private static final int IPV4_BYTES = 12;
    private static final int IPV6_BYTES = 36;

    private ProxyLine() {}

    /// Writes the line of this version; nothing for [ProxyProtocol#OFF].
    ///
    /// @param from the client
    /// @param reached the address of ours that it reached
    static void write(ProxyProtocol version, InetSocketAddress from, InetSocketAddress reached, ByteBuf out) {
        boolean old = from.getAddress() instanceof Inet4Address && reached.getAddress() instanceof Inet4Address;
        switch (version) {
            case OFF -> {
                // the upstream expects none
            }
            case V1 -> readable(old, from, reached, out);
            case V2 -> binary(old, from, reached, out);
        }
    }

    private static void readable(boolean old, InetSocketAddress from, InetSocketAddress reached, ByteBuf out) {
        String line = "PROXY " + (old ? "TCP4 " : "TCP6 ") + text(old, from) + " " + text(old, reached) + " "
                + from.getPort() + " " + reached.getPort() + "\r\n";
        out.writeCharSequence(line, StandardCharsets.US_ASCII);
    }

    private static void binary(boolean old, InetSocketAddress from, InetSocketAddress reached, ByteBuf out) {
        out.writeBytes(SIGNATURE).writeByte(VERSION_2_PROXY);
        out.writeByte(old ? TCP_OVER_IPV4 : TCP_OVER_IPV6).writeShort(old ? IPV4_BYTES : IPV6_BYTES);
        out.writeBytes(bytes(old, from)).writeBytes(bytes(old, reached));
        out.writeShort(from.getPort()).writeShort(reached.getPort());
    }

    /// Where one address is of IPv6, the other is written as if it were.
    private static String text(boolean old, InetSocketAddress address) {
        InetAddress inet = address.getAddress();
        String plain = NetUtil.toAddressString(inet);
        return old || !(inet instanceof Inet4Address) ? plain : "::ffff:" + plain;
    }

    private static byte[] bytes(boolean old, InetSocketAddress address) {
        byte[] plain = address.getAddress().getAddress();
        if (old || plain.length > 4) {
            return plain;
        }
        byte[] mapped = new byte[16];
        mapped[10] = (byte) 0xff;
        mapped[11] = (byte) 0xff;
        System.arraycopy(plain, 0, mapped, 12, plain.length);
        return mapped;
    }
}
