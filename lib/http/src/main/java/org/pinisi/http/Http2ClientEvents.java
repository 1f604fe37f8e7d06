package org.pinisi.http;

import io.netty.handler.codec.http2.Http2Headers;
import java.util.concurrent.locks.ReentrantLock;

/// What the frames of a server do to a connection and its calls. Called by the connection's reader.
final class Http2ClientEvents implements Http2ClientReader.Listener {
    private final Http2Client client;
    private final Http2ClientOutput output;
    private final ReentrantLock lock;
    private int receiveWindow = Http2Client.CONNECTION_WINDOW;

    Http2ClientEvents(Http2Client client, Http2ClientOutput output, ReentrantLock lock) {
        this.client = client;
        this.output = output;
        this.lock = lock;
    }

    @Override
    public void data(int stream, byte[] bytes, int offset, int length, int onWire, boolean end)
            throws Http2ClientReader.ConnectionError {
        lock.lock();
        try {
            receiveWindow -= onWire;
            if (receiveWindow < 0) {
                throw new Http2ClientReader.ConnectionError(
                        Http2Frame.FLOW_CONTROL_ERROR, "more than the connection's window");
            }
            if (receiveWindow <= Http2Client.CONNECTION_WINDOW / 2) {
                output.sendWindow(0, Http2Client.CONNECTION_WINDOW - receiveWindow);
                receiveWindow = Http2Client.CONNECTION_WINDOW;
            }
            Http2ClientCall call = client.find(stream);
            if (call != null) {
                call.data(bytes, offset, length, onWire, end);
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void headers(int stream, Http2Headers headers, boolean end) throws Http2ClientReader.ConnectionError {
        lock.lock();
        try {
            Http2ClientCall call = client.find(stream);
            if (call == null) {
                client.countControl();
            } else if (call.headers(headers, end)) {
                client.countControl();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void badHeaders(int stream, String reason) throws Http2ClientReader.ConnectionError {
        lock.lock();
        try {
            Http2ClientCall call = client.find(stream);
            client.countControl();
            if (call != null) {
                call.breakOff(Http2Frame.PROTOCOL_ERROR, reason);
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void reset(int stream, long code) throws Http2ClientReader.ConnectionError {
        lock.lock();
        try {
            Http2ClientCall call = client.find(stream);
            if (call != null) {
                call.wasReset(code);
                output.wake();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void setting(int name, long value) throws Http2ClientReader.ConnectionError {
        lock.lock();
        try {
            switch (name) {
                case Http2Frame.SETTING_TABLE_SIZE -> output.tableSize(value);
                case Http2Frame.SETTING_PUSH -> check(value == 0, "a server that enables push");
                case Http2Frame.SETTING_STREAMS -> client.mostStreams(value);
                case Http2Frame.SETTING_WINDOW -> initialWindow(value);
                case Http2Frame.SETTING_FRAME_SIZE -> output.largestFrame(value);
                case Http2Frame.SETTING_CONNECT_PROTOCOL -> client.offersTunnels(value == 1);
                default -> {
                    // Others do not matter here, or are of the future.
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private void initialWindow(long value) throws Http2ClientReader.ConnectionError {
        int change = output.changeStreamWindow(value);
        for (Http2ClientCall call : client.calls()) {
            Http2ClientOutput.checkWindow(call.openWindow(change));
        }
        output.wake();
    }

    private static void check(boolean fine, String otherwise) throws Http2ClientReader.ConnectionError {
        if (!fine) {
            throw new Http2ClientReader.ConnectionError(Http2Frame.PROTOCOL_ERROR, otherwise);
        }
    }

    @Override
    public void settingsEnd() throws Http2ClientReader.ConnectionError {
        lock.lock();
        try {
            client.settled();
        } finally {
            lock.unlock();
        }
        answer(Http2Frame.frame(Http2Frame.SETTINGS, Http2Frame.ACK, 0, 0));
    }

    @Override
    public void ping(byte[] payload) throws Http2ClientReader.ConnectionError {
        byte[] pong = Http2Frame.frame(Http2Frame.PING, Http2Frame.ACK, 0, payload.length);
        System.arraycopy(payload, 0, pong, Http2Frame.HEADER, payload.length);
        answer(pong);
    }

    private void answer(byte[] frame) throws Http2ClientReader.ConnectionError {
        if (!client.put(frame)) {
            throw new Http2ClientReader.ConnectionError(
                    Http2Frame.ENHANCE_YOUR_CALM, "it asks for answers and does not read them");
        }
    }

    @Override
    public void goAway(int lastStream, long code, String message) {
        String reason = "the server is going away (" + Http2Frame.error(code)
                + (message.isBlank() ? ")" : ", " + message.replaceAll("[^ -~]", "?") + ")");
        lock.lock();
        try {
            client.drain(lastStream, reason);
            output.wake();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void window(int stream, int increment) throws Http2ClientReader.ConnectionError {
        lock.lock();
        try {
            if (stream == 0) {
                output.openWindow(increment);
            } else {
                Http2ClientCall call = client.find(stream);
                if (call != null && (increment == 0 || call.openWindow(increment) > Integer.MAX_VALUE)) {
                    call.breakOff(Http2Frame.FLOW_CONTROL_ERROR, "its window cannot be");
                }
            }
            output.wake();
        } finally {
            lock.unlock();
        }
    }
}
