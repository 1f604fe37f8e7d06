package org.pinisi.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.pinisi.http.Address;
import org.pinisi.http.HttpServer;
import org.pinisi.http.Loops;
import org.pinisi.http.Response;
import org.pinisi.http.StaticFolder;

/// Serves a folder until it is ended: `SiteUnderTest FOLDER PLAIN-PORT SECURE-PORT`.
final class SiteUnderTest {
    private SiteUnderTest() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        ServerSocket secure = new ServerSocket(Integer.parseInt(arguments[2]), 1, InetAddress.getLoopbackAddress());
        HttpServer plain = HttpServer.builder(
                        new Address.Inet("127.0.0.1", Integer.parseInt(arguments[1])),
                        _ -> Response.text(404, "Not found.\n"),
                        Loops.create("site", 1))
                .fastPath(StaticFolder.of(Path.of(arguments[0])))
                .start();
        System.out.println(plain.address() + " " + secure.getLocalPort());
        new CountDownLatch(1).await();
    }
}
