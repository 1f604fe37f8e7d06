package org.pinisi.certificates;

import static java.util.Objects.requireNonNull;

import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.pinisi.http.Address;
import org.pinisi.http.Handler;
import org.pinisi.http.HttpServer;
import org.pinisi.http.Loops;
import org.pinisi.http.Response;
import org.pinisi.http.TlsServer;

/// What an edge does for a keeper, as small as can be: answers challenges on two ports, and serves the
/// certificates.
final class TestSite implements Probe, AutoCloseable {
    private static final String WELL_KNOWN = "/.well-known/acme-challenge/";

    private final AtomicReference<CertificateKeeper> keeper = new AtomicReference<>();
    private final AtomicBoolean answersHttp = new AtomicBoolean(true);
    private final AtomicInteger challenges = new AtomicInteger();
    private final Loops loops = Loops.create("test-site", 1);
    private final TlsServer tls;
    private final HttpServer plain;
    private final HttpServer secure;

    TestSite() {
        tls = TlsServer.builder(name -> Optional.ofNullable(keeper.get()).flatMap(known -> known.find(name)))
                .challenges(name -> Optional.ofNullable(keeper.get()).flatMap(known -> known.alpnChallenge(name)))
                .strict(true)
                .build();
        Address any = Address.inet("127.0.0.1", 0);
        Handler handler = request -> {
            String path = request.rawPath();
            Optional<String> answer = path.startsWith(WELL_KNOWN) && answersHttp.get()
                    ? Optional.ofNullable(keeper.get())
                            .flatMap(known -> known.httpChallenge(path.substring(WELL_KNOWN.length())))
                    : Optional.empty();
            answer.ifPresent(_ -> challenges.incrementAndGet());
            return answer.map(text -> Response.text(200, text)).orElseGet(() -> Response.empty(404));
        };
        plain = HttpServer.builder(any, handler, loops).start();
        secure = HttpServer.builder(any, handler, loops).tls(tls).start();
    }

    /// Whose certificates and challenges are shown.
    void serve(CertificateKeeper newKeeper) {
        keeper.set(requireNonNull(newKeeper));
    }

    void answerHttp(boolean on) {
        answersHttp.set(on);
    }

    /// How many challenges were answered on the plain port.
    int challenges() {
        return challenges.get();
    }

    int httpPort() {
        return port(plain);
    }

    int tlsPort() {
        return port(secure);
    }

    private static int port(HttpServer server) {
        return ((Address.Inet) server.address()).port();
    }

    /// What a client sees.
    @Override
    public Optional<X509Certificate> served(String serverName) throws InterruptedException {
        return Probe.handshake(() -> Optional.of((Address.Inet) secure.address()))
                .served(serverName);
    }

    @Override
    public void close() {
        plain.close();
        secure.close();
        tls.close();
        loops.close();
    }
}
