package org.pinisi.clock;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.pinisi.http.Address;
import org.pinisi.http.FastReply;
import org.pinisi.http.FastRequest;
import org.pinisi.http.HttpException;
import org.pinisi.http.HttpServer;
import org.pinisi.http.Loops;
import org.pinisi.http.Request;
import org.pinisi.http.Response;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A running clock: answers every request, whatever its method and path, with 200 and the time in UTC as JSON,
/// `{ "time": "2026-11-21 08:00:00 +00:00" }`.
///
/// Logs through slf4j: the logger `application` when it starts and ends, the logger `http` one line at info for each
/// answer. While `http` is quieter than info, plain GET requests are answered on the event loop, which is much faster.
///
/// Thread-safe. Whoever started it closes it.
public final class ClockServer implements AutoCloseable {
    private static final Logger HTTP = LoggerFactory.getLogger("http");
    private static final Logger APPLICATION = LoggerFactory.getLogger("application");

    private final Loops loops;
    private final List<HttpServer> servers;

    private ClockServer(Loops loops, List<HttpServer> servers) {
        this.loops = loops;
        this.servers = List.copyOf(servers);
    }

    /// Listens on every address of the configuration, and returns when all of them accept connections. With port 0,
    /// each
    /// address gets a port of its own.
    ///
    /// @param clock where the time comes from
    /// @throws ClockException when an address cannot be listened on; nothing is left running then
    public static ClockServer start(ClockConfig config, InstantSource clock) {
        Loops loops = Loops.create("clock", Runtime.getRuntime().availableProcessors());
        ClockServer server = new ClockServer(loops, List.of());
        try {
            server = new ClockServer(loops, listen(config, clock, loops));
        } finally {
            if (server.servers.isEmpty()) {
                loops.close();
            }
        }
        server.addresses()
                .forEach(address -> APPLICATION
                        .atInfo()
                        .addKeyValue("address", text(address))
                        .log("listening on"));
        return server;
    }

    private static List<HttpServer> listen(ClockConfig config, InstantSource clock, Loops loops) {
        TimeAnswer answer = new TimeAnswer(clock);
        List<HttpServer> servers = new ArrayList<>();
        for (InetAddress ip : config.ips()) {
            Address address = Address.inet(ip.getHostAddress(), config.port());
            try {
                servers.add(HttpServer.builder(address, request -> answer(request, answer), loops)
                        .name("clock")
                        .clock(clock)
                        .fastPath((request, reply) -> answerAtOnce(request, reply, answer))
                        .start());
            } catch (HttpException failure) {
                servers.forEach(HttpServer::close);
                throw new ClockException(
                        failure.getMessage() + "; choose another --port or --ips, or end the program that uses it",
                        failure);
            }
        }
        return servers;
    }

    private static Response answer(Request request, TimeAnswer answer) {
        HTTP.atInfo()
                .addKeyValue(
                        "peer", request.remoteAddress().map(ClockServer::text).orElse("unknown"))
                .log("responding to");
        return Response.bytes(200, "application/json", answer.body());
    }

    private static String text(InetSocketAddress address) {
        return Address.inet(address.getAddress().getHostAddress(), address.getPort())
                .toString();
    }

    /// Logging may block, so a request that is to be logged goes the other way; so does what is not plain.
    private static boolean answerAtOnce(FastRequest request, FastReply reply, TimeAnswer answer) {
        if (HTTP.isInfoEnabled() || !request.methodIs("GET")) {
            return false;
        }
        reply.send(answer.answer());
        return true;
    }

    /// Where it listens, in the order of the configuration, with the ports it really got.
    public List<InetSocketAddress> addresses() {
        return servers.stream().map(ClockServer::address).toList();
    }

    private static InetSocketAddress address(HttpServer server) {
        return switch (server.address()) {
            case Address.Inet(String host, int port) -> new InetSocketAddress(InetAddress.ofLiteral(host), port);
            case Address.Unix _ -> throw new IllegalStateException("a clock listens on IP addresses only");
        };
    }

    /// Stops: lets answers under way finish, then closes every connection. Returns when that is done.
    @Override
    public void close() {
        servers.forEach(HttpServer::close);
        loops.close();
        APPLICATION.info("stopped");
    }
}
