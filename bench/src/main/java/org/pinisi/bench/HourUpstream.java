package org.pinisi.bench;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.pinisi.http.Address;
import org.pinisi.http.Handler;
import org.pinisi.http.HttpServer;
import org.pinisi.http.Loops;
import org.pinisi.http.Request;
import org.pinisi.http.Response;
import org.pinisi.http.Router;
import org.pinisi.http.ServerEvent;
import org.pinisi.http.WebSocket;
import org.pinisi.http.WebSocketLimits;

/// One upstream of the mixed load, a process of its own that can be killed: `HourUpstream ROUTE UNIT`
/// prints its port and serves until its standard input ends.
final class HourUpstream {
    private static final int LARGEST_UPLOAD = 8 << 20;
    private static final long BETWEEN_EVENTS_MILLIS = 50;

    private final String route;
    private final String unit;

    private HourUpstream(String route, String unit) {
        this.route = route;
        this.unit = unit;
    }

    public static void main(String[] arguments) throws IOException {
        HourUpstream upstream = new HourUpstream(arguments[0], arguments[1]);
        try (Loops loops = Loops.create("upstream", 1);
                HttpServer server = HttpServer.builder(new Address.Inet("127.0.0.1", 0), upstream.handler(), loops)
                        .start()) {
            System.out.println(((Address.Inet) server.address()).port());
            while (System.in.read() >= 0) {
                // Nothing is said to it; it waits for the end.
            }
        }
    }

    private Handler handler() {
        return Router.builder()
                .get("/bytes/{length}/{name}", this::bytes)
                .get("/pieces/{length}/{name}", this::pieces)
                .post("/hash", this::hash)
                .get("/events/{count}", this::events)
                .get("/socket", this::socket)
                .build();
    }

    private Response marked(Response response) {
        return response.with("X-Route", route).with("X-Unit", unit);
    }

    private Response bytes(Request request) {
        long length = Long.parseLong(request.pathParameter("length"));
        String name = request.pathParameter("name");
        return marked(Response.stream(
                200, "application/octet-stream", length, out -> HourContent.write(route, name, length, out)));
    }

    private Response pieces(Request request) {
        long length = Long.parseLong(request.pathParameter("length"));
        String name = request.pathParameter("name");
        return marked(
                Response.stream(200, "application/octet-stream", out -> HourContent.write(route, name, length, out)));
    }

    private Response hash(Request request) throws IOException {
        byte[] body = request.bodyAsBytes(LARGEST_UPLOAD);
        return marked(Response.text(200, HourContent.said(route, HourContent.digest(body))));
    }

    private Response events(Request request) {
        int count = Integer.parseInt(request.pathParameter("count"));
        return marked(Response.events(sink -> {
            for (int i = 0; i < count; i++) {
                sink.send(ServerEvent.data(HourContent.said(route, Integer.toString(i))));
                TimeUnit.MILLISECONDS.sleep(BETWEEN_EVENTS_MILLIS);
            }
        }));
    }

    private Response socket(Request request) {
        return WebSocket.accept(request, WebSocketLimits.defaults(), socket -> {
            for (var message = socket.receive(); message.isPresent(); message = socket.receive()) {
                if (message.get() instanceof WebSocket.Message.Text(String text)) {
                    socket.send(HourContent.said(route, text));
                }
            }
        });
    }
}
