package org.pinisi.http;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads a stream of server-sent events (HTML Living Standard, section 9.2.6). Used by one thread.
public final class EventReader {
    private static final int LONGEST_EVENT = 1 << 20;

    private final InputStream in;
    private String lastId = "";
    private boolean afterCarriageReturn;

    /// The stream stays the caller's to close.
    public EventReader(InputStream in) {
        this.in = new BufferedInputStream(in);
    }

    /// Waits for the next event; empty at the stream's end. Comments, and events without data, are passed
    /// over.
    ///
    /// @throws HttpException 502 if an event is longer than 1 MiB
    public Optional<ServerEvent> next() throws IOException {
        StringBuilder data = new StringBuilder();
        String event = "";
        boolean any = false;
        for (String line = line(); line != null; line = line()) {
            if (line.isEmpty()) {
                if (any) {
                    return Optional.of(new ServerEvent(lastId, event, data.toString()));
                }
                event = "";
                continue;
            }
            int colon = line.indexOf(':');
            String name = colon < 0 ? line : line.substring(0, colon);
            String value = colon < 0 ? "" : line.substring(colon + 1);
            value = value.startsWith(" ") ? value.substring(1) : value;
            switch (name) {
                case "data" -> {
                    data.append(any ? "\n" : "").append(value);
                    any = true;
                    checkLength(data.length());
                }
                case "event" -> event = value;
                case "id" -> lastId = value.indexOf('\0') < 0 ? value : lastId;
                default -> {
                    // a comment, retry, or a field of the future
                }
            }
        }
        return Optional.empty();
    }

    /// The id to send as Last-Event-ID when reconnecting; empty if none came yet.
    public String lastId() {
        return lastId;
    }

    private @Nullable String line() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        while (true) {
            int b = in.read();
            if (b == '\n' && afterCarriageReturn) {
                afterCarriageReturn = false;
                continue;
            }
            afterCarriageReturn = b == '\r';
            if (b < 0) {
                return null;
            }
            if (b == '\n' || b == '\r') {
                return bytes.toString(StandardCharsets.UTF_8);
            }
            bytes.write(b);
            checkLength(bytes.size());
        }
    }

    private static void checkLength(int length) {
        if (length > LONGEST_EVENT) {
            throw new HttpException(502, "an event is longer than " + LONGEST_EVENT + " bytes");
        }
    }
}
