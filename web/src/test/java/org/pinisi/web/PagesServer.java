package org.pinisi.web;

import java.net.URI;
import java.time.InstantSource;
import org.pinisi.http.Address;
import org.pinisi.http.HttpServer;
import org.pinisi.http.Loops;

/// The pages over a fake, on a port of their own.
final class PagesServer implements AutoCloseable {
    private final Loops loops = Loops.create("pages", 1);
    private final HttpServer server;

    PagesServer(FakeDeployments fake, InstantSource clock) {
        this(fake, new FakeNames(), clock);
    }

    PagesServer(FakeDeployments fake, Names names, InstantSource clock) {
        this.server = HttpServer.builder(
                        new Address.Inet("127.0.0.1", 0), new Pages(fake, names, Scene.ADDRESSES, clock), loops)
                .start();
    }

    Address address() {
        return server.address();
    }

    URI at(String target) {
        return URI.create("http://127.0.0.1:" + ((Address.Inet) server.address()).port() + target);
    }

    @Override
    public void close() {
        server.close();
        loops.close();
    }
}
