package org.pinisi.site;

import java.time.InstantSource;
import org.pinisi.git.CommitId;
import org.pinisi.http.Handler;
import org.pinisi.http.Request;
import org.pinisi.http.Response;
import org.pinisi.http.Router;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// What a site says of itself to those who run it, on an address of its own:
///
/// - `/healthz`: 200 when something is shown, be it old; 503 before.
/// - `/status`: what is shown, since when, and what is wrong, as JSON.
final class StatusPages implements Handler {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final SiteSource source;
    private final InstantSource clock;
    private final Router router;

    StatusPages(SiteSource source, InstantSource clock) {
        this.source = source;
        this.clock = clock;
        this.router = Router.builder()
                .get("/healthz", _ -> health())
                .get("/status", _ -> Response.json(200, json()).with("Cache-Control", "no-store"))
                .build();
    }

    @Override
    public Response handle(Request request) throws Exception {
        return router.handle(request);
    }

    private Response health() {
        return source.status().shown().isPresent()
                ? Response.text(200, "ok\n")
                : Response.text(503, "nothing is shown yet\n").with("Retry-After", "5");
    }

    private String json() {
        SourceStatus status = source.status();
        ObjectNode root = MAPPER.createObjectNode();
        root.put("place", status.place());
        root.put("branch", status.branch());
        root.put("shown", status.shown().map(CommitId::hex).orElse(null));
        root.put("shown-since", status.shownSince().map(Object::toString).orElse(null));
        root.put("asked", status.asked().map(Object::toString).orElse(null));
        status.trouble().ifPresent(trouble -> {
            ObjectNode node = root.putObject("trouble");
            node.put("reason", trouble.reason());
            node.put("since", trouble.since().toString());
            node.put("seconds", trouble.age(clock.instant()).toSeconds());
            node.put("tries", trouble.tries());
        });
        return MAPPER.writeValueAsString(root) + "\n";
    }
}
