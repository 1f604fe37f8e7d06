package org.pinisi.site;

import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import org.pinisi.http.FastPath;
import org.pinisi.http.FastReply;
import org.pinisi.http.FastRequest;
import org.pinisi.http.Fields;
import org.pinisi.http.HttpException;
import org.pinisi.http.PreparedAnswer;
import org.pinisi.http.Request;
import org.pinisi.http.Response;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A site that takes every request on the fast path: what is hot at once, the rest from a virtual thread.
final class WholeSite implements FastPath {
    private static final Logger LOG = LoggerFactory.getLogger(WholeSite.class);
    private static final int MOST_LOOKUPS = 256;
    /// All that a site looks at.
    private static final List<String> FIELDS = List.of(
            "Host",
            "Accept-Encoding",
            "If-Match",
            "If-None-Match",
            "If-Modified-Since",
            "If-Unmodified-Since",
            "If-Range",
            "Range");
    private static final PreparedAnswer BUSY = PreparedAnswer.status(503)
            .field("Content-Type", "text/plain; charset=utf-8")
            .field("Retry-After", "1")
            .text("Too busy; try again.\n")
            .build();

    private final Site site;
    private final Semaphore lookups = new Semaphore(MOST_LOOKUPS);
    private final ThreadFactory threads =
            Thread.ofVirtual().name("site-lookup-", 1).factory();

    WholeSite(Site site) {
        this.site = site;
    }

    @Override
    public boolean answer(FastRequest request, FastReply reply) {
        if (site.answer(request, reply)) {
            return true;
        }
        if (!lookups.tryAcquire()) {
            reply.send(BUSY);
            return true;
        }
        // What the request tells is borrowed until the return.
        String method = request.method();
        String query = request.rawQuery();
        String target = query.isEmpty() ? request.rawPath() : request.rawPath() + "?" + query;
        Fields fields = fields(request);
        threads.newThread(() -> reply.send(found(method, target, fields))).start();
        return true;
    }

    private static Fields fields(FastRequest request) {
        List<String> all = new ArrayList<>();
        for (String name : FIELDS) {
            request.first(name).ifPresent(value -> all.addAll(List.of(name, value)));
        }
        return Fields.of(all.toArray(String[]::new));
    }

    private PreparedAnswer found(String method, String target, Fields fields) {
        try {
            Response response = site.handle(Request.of(method, target, fields, InputStream.nullInputStream()));
            return PreparedAnswer.of(response).orElse(BUSY);
        } catch (HttpException refusal) {
            return plain(refusal.status(), refusal.getMessage() + "\n");
        } catch (Exception failure) {
            LOG.error("event=site-lookup-failed path={}", target.split("\\?", 2)[0], failure);
            return plain(500, "Something went wrong here. The server's log says more.\n");
        } finally {
            lookups.release();
        }
    }

    private static PreparedAnswer plain(int status, String text) {
        return PreparedAnswer.status(status)
                .field("Content-Type", "text/plain; charset=utf-8")
                .text(text)
                .build();
    }
}
