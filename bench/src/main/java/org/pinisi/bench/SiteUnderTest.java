package org.pinisi.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.pinisi.http.Address;
import org.pinisi.http.Certified;
import org.pinisi.http.HttpServer;
import org.pinisi.http.Loops;
import org.pinisi.http.Response;
import org.pinisi.http.StaticFolder;
import org.pinisi.http.TlsServer;

/// Serves a folder until it is ended: `SiteUnderTest FOLDER PLAIN-PORT SECURE-PORT CHAIN KEY`.
final class SiteUnderTest {
    private SiteUnderTest() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Certified certified = Certified.fromPem(Path.of(arguments[3]), Path.of(arguments[4]));
        Loops loops = Loops.create("site", 1);
        StaticFolder folder = StaticFolder.of(Path.of(arguments[0]));
        HttpServer plain = server(arguments[1], loops, folder).start();
        HttpServer secure = server(arguments[2], loops, folder)
                .tls(TlsServer.builder(_ -> Optional.of(certified)).build())
                .start();
        System.out.println(plain.address() + " " + secure.address());
        new CountDownLatch(1).await();
    }

    private static HttpServer.Builder server(String port, Loops loops, StaticFolder folder) {
        return HttpServer.builder(
                        new Address.Inet("127.0.0.1", Integer.parseInt(port)),
                        _ -> Response.text(404, "Not found.\n"),
                        loops)
                .fastPath(folder)
                .http2(true);
    }
}
