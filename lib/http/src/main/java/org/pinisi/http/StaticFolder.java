package org.pinisi.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
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
/// - Files up to 64 KiB are kept in direct memory within a budget; larger ones go from file to socket by
///   sendfile, so TLS must not sit in the channel's pipeline for them.
///
/// The disk is touched on virtual threads only, at most 256 at once; beyond, the answer is 503. Thread-safe.
public final class StaticFolder implements FastPath {
    private static final Logger LOG = LoggerFactory.getLogger(StaticFolder.class);
    private static final int MOST_LOOKUPS = 256;
    private static final List<String> NOT_FOUND_PAGE = List.of("404.html");

    private final StaticFinder finder;
    private final StaticCache cache;
    private final StaticAnswers answers;
    private final Semaphore lookups = new Semaphore(MOST_LOOKUPS);
    private final ThreadFactory threads = Thread.ofVirtual().name("static-", 1).factory();

    private StaticFolder(StaticFinder finder, StaticCache cache, StaticAnswers answers) {
        this.finder = finder;
        this.cache = cache;
        this.answers = answers;
    }

    /// Serves this folder with 64 MiB of cache at most and no fields beyond the usual.
    ///
    /// @throws HttpException 500 if it is not a readable folder
    public static StaticFolder of(Path root) {
        return of(root, Fields.empty(), 64L << 20, InstantSource.system());
    }

    /// Serves this folder.
    ///
    /// @param extra fields that each answer with a file bears, such as Cache-Control
    /// @param cacheBytes how much memory the kept files may take
    /// @param clock where the Date field's time comes from
    /// @throws HttpException 500 if it is not a readable folder
    public static StaticFolder of(Path root, Fields extra, long cacheBytes, InstantSource clock) {
        try {
            return new StaticFolder(
                    new StaticFinder(root, extra),
                    new StaticCache(cacheBytes),
                    new StaticAnswers(new HttpDate(clock), extra));
        } catch (IOException e) {
            throw new HttpException(500, "cannot serve the folder " + root + ": " + e.getMessage(), e);
        }
    }

    /// Answers the request whose complete head this is; the request's body, if it has one, is the caller's to
    /// skip. Must be called on the context's event loop, and not again for this channel before the future is
    /// complete. Never null; see [FastPath#answer] for what the future means and who flushes.
    @Override
    public Future<?> answer(ChannelHandlerContext context, Head head, ByteBuf request) {
        StaticAsk ask = StaticAsk.of(head);
        if (!ask.toHead() && !head.methodIs("GET")) {
            return answers.plain(context, ask, 405, "Allow: GET, HEAD\r\n", "Only GET and HEAD work here.\n");
        }
        StaticEntry entry = cache.get(head.bytes(), head.pathStart(), head.pathEnd());
        if (entry != null && entry.bytes != null) {
            return answers.write(context, ask, entry, 200, null);
        }
        String path = head.text(head.pathStart(), head.pathEnd());
        String query = head.queryStart() < 0 ? "" : "?" + head.text(head.queryStart(), head.targetEnd());
        return find(context, new Lookup(ask, path.isEmpty() ? "/" : path, query));
    }

    private record Lookup(StaticAsk ask, String path, String query) {}

    /// What a look-up ends with, on its way back to the loop.
    private record Outcome(
            int status,
            String fields,
            @Nullable StaticEntry entry,
            @Nullable FileChannel file) {
        static Outcome plain(int status, String fields) {
            return new Outcome(status, fields, null, null);
        }
    }

    private Future<?> find(ChannelHandlerContext context, Lookup lookup) {
        if (!lookups.tryAcquire()) {
            return answers.plain(context, lookup.ask, 503, "Retry-After: 1\r\n", "Too busy; try again.\n");
        }
        Promise<Void> done = context.executor().newPromise();
        threads.newThread(() -> {
                    Outcome outcome = lookUp(lookup);
                    lookups.release();
                    hand(context, outcome, () -> finish(context, lookup.ask, outcome, done));
                })
                .start();
        return done;
    }

    private static void hand(ChannelHandlerContext context, Outcome outcome, Runnable finish) {
        try {
            context.executor().execute(finish);
        } catch (RejectedExecutionException _) {
            // The loops are closed, and the connection with them.
            StaticAnswers.drop(outcome.file);
        }
    }

    private Outcome lookUp(Lookup lookup) {
        try {
            return found(lookup);
        } catch (HttpException e) {
            return Outcome.plain(e.status(), "");
        } catch (IOException | RuntimeException e) {
            LOG.error("event=static-file-failed path={} reason=\"{}\"", lookup.path, e.toString());
            return Outcome.plain(500, "");
        }
    }

    private Outcome found(Lookup lookup) throws IOException {
        List<String> segments = Percent.segments(lookup.path);
        StaticEntry kept = kept(segments);
        StaticFinder.Found found = kept == null ? finder.find(segments) : new StaticFinder.Found.File(kept);
        return switch (found) {
            case StaticFinder.Found.File(StaticEntry entry) -> {
                keep(segments, entry);
                yield open(lookup.ask, entry, 200);
            }
            case StaticFinder.Found.Folder() ->
                Outcome.plain(301, "Location: " + lookup.path + "/" + lookup.query + "\r\n");
            case StaticFinder.Found.Nothing() -> notFound(lookup.ask);
        };
    }

    private Outcome notFound(StaticAsk ask) throws IOException {
        StaticEntry kept = kept(NOT_FOUND_PAGE);
        if (kept != null) {
            return open(ask, kept, 404);
        }
        if (finder.find(NOT_FOUND_PAGE) instanceof StaticFinder.Found.File(StaticEntry page)) {
            keep(NOT_FOUND_PAGE, page);
            return open(ask, page, 404);
        }
        return Outcome.plain(404, "");
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

    private static Outcome open(StaticAsk ask, StaticEntry entry, int status) throws IOException {
        boolean needed = StaticAnswers.needsFile(ask, entry, status);
        return new Outcome(status, "", entry, needed ? FileChannel.open(entry.file, StandardOpenOption.READ) : null);
    }

    private void finish(ChannelHandlerContext context, StaticAsk ask, Outcome outcome, Promise<Void> done) {
        Future<?> written = outcome.entry == null
                ? answers.plain(context, ask, outcome.status, outcome.fields, text(outcome.status))
                : answers.write(context, ask, outcome.entry, outcome.status, outcome.file);
        context.flush();
        written.addListener(result -> {
            if (result.isSuccess()) {
                done.setSuccess(null);
            } else {
                done.setFailure(result.cause());
            }
        });
    }

    private static String text(int status) {
        return status == 301 ? "" : AnswerHead.reason(status) + ".\n";
    }
}
