package org.pinisi.site;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.pinisi.http.HttpException;
import org.pinisi.http.Request;
import org.pinisi.http.Response;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Answers calls of the hook. However many call, the repository is asked once at a time, with a gap between.
///
/// A call that is sent again (replayed) does what the first did: it makes the site look, and changes nothing when there
/// is nothing new. So replays are not refused; forges have a button for them.
final class Hook {
    private static final Logger log = LoggerFactory.getLogger(Hook.class);

    private final HookSettings settings;
    private final SiteSource source;
    private final Semaphore waiting;

    Hook(HookSettings settings, SiteSource source) {
        this.settings = settings;
        this.source = source;
        this.waiting = new Semaphore(settings.waiting());
    }

    /// Where it is called: decoded, with a slash at the front.
    String path() {
        return settings.path();
    }

    Response answer(Request request) throws IOException, InterruptedException {
        Response response = checked(request);
        return response.with("Cache-Control", "no-store");
    }

    private Response checked(Request request) throws IOException, InterruptedException {
        boolean isPost = request.method().equals("POST");
        boolean mustSign = settings.secret().isPresent();
        if (!isPost && (mustSign || !request.method().equals("GET"))) {
            String allowed = mustSign ? "POST" : "GET, POST";
            return Response.text(405, "call the hook by " + allowed + "\n").with("Allow", allowed);
        }
        if (!waiting.tryAcquire()) {
            return Response.text(429, "too many calls at once; the site is being brought up to date\n")
                    .with("Retry-After", "2");
        }
        try {
            return isPost ? post(request) : pulled();
        } finally {
            waiting.release();
        }
    }

    private Response post(Request request) throws IOException, InterruptedException {
        byte[] body = request.bodyAsBytes(settings.bodyBytes());
        Optional<HookSecret> secret = settings.secret();
        if (secret.isPresent() && !secret.get().allows(request.fields(), body)) {
            log.warn(
                    "event=site-hook-refused peer={}",
                    request.remoteAddress()
                            .map(peer -> peer.getAddress().getHostAddress())
                            .orElse("local"));
            return Response.text(403, "the signature is missing or wrong; compare the secret here and at the forge\n");
        }
        if (HookPayload.isPing(request.fields())) {
            return Response.text(200, "pong\n");
        }
        Optional<String> ref = ref(request, body);
        String followed = "refs/heads/" + source.status().branch();
        if (ref.isPresent() && !ref.get().equals(followed)) {
            return Response.text(200, "ignored: this site follows " + followed + "\n");
        }
        return pulled();
    }

    private static Optional<String> ref(Request request, byte[] body) {
        try {
            return HookPayload.ref(request.fields(), body);
        } catch (HttpException malformed) {
            log.info("event=site-hook-malformed reason=\"{}\"", malformed.getMessage());
            throw malformed;
        }
    }

    private Response pulled() throws InterruptedException {
        return switch (source.pull(settings.patience())) {
            case PullResult.Unchanged _ -> Response.text(200, "pulled, no changes\n");
            case PullResult.Changed(var commit) -> Response.text(200, "pulled " + commit.hex() + "\n");
            case PullResult.NoBranch(String branch) -> Response.text(500, "there is no branch " + branch + "\n");
            case PullResult.Failed(String reason) -> Response.text(500, reason + "\n");
            case PullResult.Pending _ -> Response.text(202, "the pull goes on; look again later\n");
        };
    }
}
