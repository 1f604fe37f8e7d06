package org.pinisi.web;

import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.pinisi.http.Address;
import org.pinisi.http.HttpServer;
import org.pinisi.http.Loops;

final class TryPages {
    public static void main(String[] args) throws Exception {
        InstantSource clock = Clock.fixed(Scene.NOW, ZoneOffset.UTC);
        Loops loops = Loops.create("try", 1);
        HttpServer full = HttpServer.builder(new Address.Inet("127.0.0.1", 7700), new Pages(Scene.whole(), Scene.ADDRESSES, clock), loops).start();
        HttpServer empty = HttpServer.builder(new Address.Inet("127.0.0.1", 7701), new Pages(new FakeDeployments(), Scene.ADDRESSES, clock), loops).start();
        System.out.println(List.of(full.address(), empty.address()));
        new CountDownLatch(1).await();
    }
}
