package org.pinisi.http;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// The application protocols that a client offers in its first message (RFC 7301, section 3.1).
final class AlpnOffer {
    private static final int EXTENSION = 16;
    private static final int VERSION_AND_RANDOM = 34;

    private AlpnOffer() {}

    /// The names in a ClientHello; none if it offers none, or is malformed, which is the engine's to tell.
    static List<String> names(ByteBuf hello) {
        ByteBuf in = hello.duplicate();
        try {
            in.skipBytes(VERSION_AND_RANDOM);
            in.skipBytes(in.readUnsignedByte());
            in.skipBytes(in.readUnsignedShort());
            in.skipBytes(in.readUnsignedByte());
            if (!in.isReadable()) {
                return List.of();
            }
            ByteBuf extensions = in.readSlice(in.readUnsignedShort());
            while (extensions.isReadable()) {
                int type = extensions.readUnsignedShort();
                ByteBuf content = extensions.readSlice(extensions.readUnsignedShort());
                if (type == EXTENSION) {
                    return list(content.readSlice(content.readUnsignedShort()));
                }
            }
            return List.of();
        } catch (IndexOutOfBoundsException _) {
            return List.of();
        }
    }

    private static List<String> list(ByteBuf in) {
        List<String> names = new ArrayList<>();
        while (in.isReadable()) {
            names.add(in.readCharSequence(in.readUnsignedByte(), StandardCharsets.ISO_8859_1)
                    .toString());
        }
        return names;
    }
}
