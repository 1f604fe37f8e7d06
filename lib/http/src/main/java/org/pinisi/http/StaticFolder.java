package org.pinisi.http;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Serves the files of a folder straight from the event loop. The folder must not change while it is served
/// (it is the unpacked, content-addressed image of an app), so nothing cached is ever checked again.
///
/// - GET and HEAD; others get 405 with Allow.
/// - `/` and folders mean their `index.html`; a folder without final slash is redirected (301).
/// - What is not there gets the folder's `/404.html`, if it has one, with status 404.
/// - Strong ETag, Last-Modified (left out where the file's date is meaningless), If-None-Match,
///   If-Modified-Since, one Range, If-Range; several ranges are answered with the whole file.
/// - Paths are decoded once; NUL, `..` and encoded slashes lead nowhere, nor do names that start with a dot,
///   save `.well-known`. Symbolic links are followed only to targets below the folder.
/// - Files up to 64 KiB are kept in memory within a budget; larger ones are sent from the disk.
///
/// The disk is touched on virtual threads only, at most 256 at once; beyond, the answer is 503. Thread-safe.
public final class StaticFolder implements FastPath {
    private static final Logger LOG = LoggerFactory.getLogger(StaticFolder.class);
    private static final int MOST_LOOKUPS = 256;
    private static final List<String> NOT_FOUND_PAGE = List.of("404.html");

    private final StaticFinder finder;
    private final StaticCache cache;
    private final Semaphore lookups = new Semaphore(MOST_LOOKUPS);
    private final ThreadFactory threads = Thread.ofVirtual().name("static-", 1).factory();

    private StaticFolder(StaticFinder finder, StaticCache cache) {
        this.finder = finder;
        this.cache = cache;
    }

    /// Serves this folder with 64 MiB of cache at most and no fields beyond the usual.
    ///
    /// @throws HttpException 500 if it is not a readable folder
    public static StaticFolder of(Path root) {
        return of(root, Fields.empty(), 64L << 20);
    }

    /// Serves this folder.
    ///
    /// @param extra fields that each answer with a file bears, such as Cache-Control
    /// @param cacheBytes how much memory the kept files may take
    /// @throws HttpException 500 if it is not a readable folder
    public static StaticFolder of(Path root, Fields extra, long cacheBytes) {
        try {
            return new StaticFolder(new StaticFinder(root, extra), new StaticCache(cacheBytes));
        } catch (IOException e) {
            throw new HttpException(500, "cannot serve the folder " + root + ": " + e.getMessage(), e);
        }
    }

    /// Takes every request.
    @Override
    public boolean answer(FastRequest request, FastReply reply) {
        if (!request.methodIs("GET") && !request.methodIs("HEAD")) {
            reply.send(StaticAnswers.notAllowed());
            return true;
        }
        StaticEntry entry = cache.get(request.bytes(), request.pathStart(), request.pathEnd());
        if (entry != null) {
            reply.send(StaticAnswers.of(StaticAsk.of(request), entry));
            return true;
        }
        if (!lookups.tryAcquire()) {
            reply.send(StaticAnswers.busy());
            return true;
        }
        Lookup lookup = new Lookup(StaticAsk.of(request), request.rawPath(), request.rawQuery());
        threads.newThread(() -> {
                    PreparedAnswer found = lookUp(lookup);
                    lookups.release();
                    reply.send(found);
                })
                .start();
        return true;
    }

    private record Lookup(StaticAsk ask, String path, String query) {}

    private PreparedAnswer lookUp(Lookup lookup) {
        try {
            return found(lookup);
        } catch (HttpException e) {
            return StaticAnswers.error(e.status());
        } catch (IOException | RuntimeException e) {
            LOG.error("event=static-file-failed path={} reason=\"{}\"", lookup.path, e.toString());
            return StaticAnswers.error(500);
        }
    }

    private PreparedAnswer found(Lookup lookup) throws IOException {
        List<String> segments = Percent.segments(lookup.path);
        StaticEntry kept = kept(segments);
        StaticFinder.Found found = kept == null ? finder.find(segments) : new StaticFinder.Found.File(kept);
        return switch (found) {
            case StaticFinder.Found.File(StaticEntry entry) -> {
                keep(segments, entry);
                yield StaticAnswers.of(lookup.ask, entry);
            }
            case StaticFinder.Found.Folder() -> {
                String query = lookup.query.isEmpty() ? "" : "?" + lookup.query;
                yield StaticAnswers.redirect(lookup.path + "/" + query);
            }
            case StaticFinder.Found.Nothing() -> notFound();
        };
    }

    private PreparedAnswer notFound() throws IOException {
        StaticEntry kept = kept(NOT_FOUND_PAGE);
        if (kept != null) {
            return kept.whole.withStatus(404);
        }
        if (finder.find(NOT_FOUND_PAGE) instanceof StaticFinder.Found.File(StaticEntry page)) {
            keep(NOT_FOUND_PAGE, page);
            return page.whole.withStatus(404);
        }
        return StaticAnswers.error(404);
    }

    private @Nullable StaticEntry kept(List<String> segments) {
        byte[] key = key(segments);
        return key.length == 0 ? null : cache.get(key, 0, key.length);
    }

    private void keep(List<String> segments, StaticEntry entry) {
        byte[] key = key(segments);
        if (key.length > 0) {
            cache.put(key, entry);
        }
    }

    /// The decoded path. The loop compares it with paths that it has not decoded, so one that holds a percent
    /// sign itself must not be kept, nor one with a slash inside a segment; empty then.
    private static byte[] key(List<String> segments) {
        if (segments.stream().anyMatch(segment -> segment.indexOf('/') >= 0 || segment.indexOf('%') >= 0)) {
            return new byte[0];
        }
        return ("/" + String.join("/", segments)).getBytes(StandardCharsets.UTF_8);
    }
}
