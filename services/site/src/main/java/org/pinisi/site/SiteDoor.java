package org.pinisi.site;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.pinisi.http.FastPath;
import org.pinisi.http.FastReply;
import org.pinisi.http.FastRequest;
import org.pinisi.http.Fields;
import org.pinisi.http.Handler;
import org.pinisi.http.HttpException;
import org.pinisi.http.PreparedAnswer;
import org.pinisi.http.Request;
import org.pinisi.http.Response;

/// What stands before a site: the hook, previews, and a page that asks for patience until there is something to show.
final class SiteDoor implements FastPath, Handler {
    private static final String WAITING = """
            <!doctype html>
            <html lang="en"><meta charset="utf-8"><title>Nothing here yet</title>
            <h1>Nothing here yet</h1>
            <p>This site waits for its first commit. Push to its branch, then look again.</p>
            </html>
            """;
    private static final String RETRY_SECONDS = "5";
    private static final PreparedAnswer NOT_YET = PreparedAnswer.status(503)
            .field("Content-Type", "text/html; charset=utf-8")
            .field("X-Content-Type-Options", "nosniff")
            .field("Cache-Control", "no-store")
            .field("Retry-After", RETRY_SECONDS)
            .text(WAITING)
            .build();

    private final Stage site;
    private final Optional<Hook> hook;
    private final Optional<Previews> previews;
    private final List<String> hookSegments;
    private final byte[] hookPath;

    SiteDoor(Stage site, Optional<Hook> hook, Optional<Previews> previews) {
        this.site = site;
        this.hook = hook;
        this.previews = previews;
        String path = hook.map(Hook::path).orElse("");
        this.hookPath = path.getBytes(StandardCharsets.UTF_8);
        this.hookSegments =
                path.isEmpty() ? List.of() : List.of(path.substring(1).split("/", -1));
    }

    @Override
    public boolean answer(FastRequest request, FastReply reply) {
        if (isSpecial(request)) {
            return false;
        }
        if (site.isReady()) {
            return site.answer(request, reply);
        }
        reply.send(NOT_YET);
        return true;
    }

    /// Whether the hook or a preview is meant. Looks at the bytes as they are, and decodes only what is encoded.
    private boolean isSpecial(FastRequest request) {
        byte[] bytes = request.bytes();
        int start = request.pathStart();
        int end = request.pathEnd();
        if (previews.isPresent() && end - start > 1 && bytes[start] == '/' && bytes[start + 1] == '@') {
            return true;
        }
        if (hook.isPresent() && Arrays.equals(bytes, start, end, hookPath, 0, hookPath.length)) {
            return true;
        }
        for (int i = start; i < end; i++) {
            if (bytes[i] == '%') {
                return isSpecial(request.rawPath());
            }
        }
        return false;
    }

    private boolean isSpecial(String rawPath) {
        try {
            return isSpecial(Request.of("GET", rawPath, Fields.empty(), InputStream.nullInputStream())
                    .segments());
        } catch (HttpException malformed) {
            // The site says what is wrong with it.
            return false;
        }
    }

    private boolean isSpecial(List<String> segments) {
        return isHook(segments) || isPreview(segments);
    }

    private boolean isHook(List<String> segments) {
        return hook.isPresent() && segments.equals(hookSegments);
    }

    private boolean isPreview(List<String> segments) {
        return previews.isPresent() && segments.getFirst().startsWith("@");
    }

    @Override
    public Response handle(Request request) throws Exception {
        List<String> segments = request.segments();
        if (isHook(segments)) {
            return hook.orElseThrow().answer(request);
        }
        if (isPreview(segments)) {
            return previews.orElseThrow().answer(request);
        }
        if (site.isReady()) {
            return site.handle(request);
        }
        return Response.html(503, WAITING).with("Cache-Control", "no-store").with("Retry-After", RETRY_SECONDS);
    }
}
