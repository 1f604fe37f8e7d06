package org.pinisi.http;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;

/// A way to a server on which only a client's first datagram arrives, and nothing comes back.
final class OneDatagram implements AutoCloseable {
    private static final int LONGEST = 2000;

    private final DatagramSocket socket;

    OneDatagram(int server) throws SocketException {
        socket = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        Thread.ofVirtual().start(() -> pass(server));
    }

    int port() {
        return socket.getLocalPort();
    }

    private void pass(int server) {
        DatagramPacket packet = new DatagramPacket(new byte[LONGEST], LONGEST);
        try {
            socket.receive(packet);
            packet.setSocketAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), server));
            socket.send(packet);
            while (!socket.isClosed()) {
                packet.setLength(LONGEST);
                socket.receive(packet);
            }
        } catch (IOException _) {
            // closed: the test is over
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
