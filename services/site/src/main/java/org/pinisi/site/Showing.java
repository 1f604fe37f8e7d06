package org.pinisi.site;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.pinisi.http.ContentCoding;
import org.pinisi.http.FastReply;
import org.pinisi.http.FastRequest;
import org.pinisi.http.Fields;
import org.pinisi.http.KnownField;
import org.pinisi.http.PreparedAnswer;
import org.pinisi.http.Request;
import org.pinisi.http.Response;

/// One tree on show, with its rules and its hot pages: all that answers a request. Thread-safe;
/// immutable save for what is hot.
final class Showing {
    final SiteTree tree;
    final Optional<Instant> modified;
    private final Resolver resolver;
    private final Pages pages;
    private final HeaderRules headers;
    private final SiteCache cache;
    private final HotTable hot = new HotTable();
    private volatile boolean retired;

    /// @param modified what Last-Modified says, if anything
    /// @throws SiteException when the tree's rules are malformed
    Showing(SiteTree tree, Optional<Instant> modified, Settings settings, SiteCache cache) {
        this.tree = tree;
        this.modified = modified;
        this.cache = cache;
        Locator following = new Locator(tree, false);
        RedirectRules redirects = RedirectRules.of(RuleFile.read(tree, RedirectRules.NAME));
        this.headers = HeaderRules.of(RuleFile.read(tree, HeaderRules.NAME));
        this.resolver = new Resolver(tree, following, settings, redirects);
        this.pages = new Pages(tree, following, settings, headers, modified, cache);
    }

    // ---- on the loop

    boolean answer(FastRequest request, FastReply reply) {
        HotEntry entry = hot.get(request.bytes(), request.pathStart(), request.pathEnd());
        if (entry == null) {
            return false;
        }
        if (entry.mayVary && request.codings() != 0) {
            entry.mayVary = false;
            vary(request.rawPath());
        }
        Offer offer = entry.best(request);
        if (request.has(KnownField.IF_MATCH)) {
            // A list that may lie in several lines, of which only the first is seen here.
            return false;
        }
        if (offer.isUnchanged(request)) {
            reply.send(offer.fresh());
            return true;
        }
        if (Conditions.any(request)) {
            PreparedAnswer answer = conditional(entry, offer, request);
            if (answer == null) {
                return false;
            }
            reply.send(answer);
            return true;
        }
        if (offer.isGone()) {
            return false;
        }
        reply.send(offer.whole());
        return true;
    }

    private static @Nullable PreparedAnswer conditional(HotEntry entry, Offer best, FastRequest request) {
        Conditions conditions = Conditions.of(request);
        Offer chosen = conditions.range() == null ? best : entry.offers.getFirst();
        List<Offer> acceptable = HotEntry.acceptable(entry.offers, chosen, request.codings());
        Conditions.Verdict verdict = judge(conditions, acceptable, entry.modified, request.methodIs("GET"));
        if (chosen.isGone()) {
            return null;
        }
        return switch (verdict) {
            case Conditions.Verdict.Whole() -> chosen.whole();
            case Conditions.Verdict.Fresh(int place) -> acceptable.get(place).fresh();
            case Conditions.Verdict.Failed() -> null;
            case Conditions.Verdict.Part(ByteRange range) ->
                range.length() == 0
                        ? null
                        : chosen.whole().part(range.start(), range.length(), contentRange(range, chosen.size()));
        };
    }

    private static Conditions.Verdict judge(
            Conditions conditions, List<Offer> acceptable, Optional<Instant> modified, boolean mayRange) {
        List<String> tags = acceptable.stream().map(offer -> offer.tag).toList();
        return conditions.judge(tags, modified, acceptable.getFirst().size(), mayRange);
    }

    private static String contentRange(ByteRange range, long size) {
        return "bytes " + range.start() + "-" + (range.start() + range.length() - 1) + "/" + size;
    }

    // ---- on virtual threads

    /// Answers GET and HEAD.
    Response answer(Request request) throws IOException {
        return switch (resolver.resolve(request)) {
            case Resolver.Target.File file -> page(request, file);
            case Resolver.Target.Redirect(int status, String location) ->
                Response.redirect(status, location).with("Cache-Control", CacheRules.REVALIDATE);
            case Resolver.Target.Listing(List<String> folder) ->
                withFields(
                        Response.html(200, Listing.html(folder, tree.list(folder)))
                                .with("Cache-Control", CacheRules.REVALIDATE),
                        request);
            case Resolver.Target.Nothing() ->
                Response.text(404, "Not found.\n").with("Cache-Control", CacheRules.REVALIDATE);
        };
    }

    /// The answer with the fields that `_headers` has for the request's path, such as those of CORS.
    Response withFields(Response response, Request request) {
        return with(response, headers.find(request.segments()));
    }

    private Response page(Request request, Resolver.Target.File file) throws IOException {
        int codings = ContentCoding.allowed(String.join(",", request.fields().values("Accept-Encoding")));
        Pages.Page page = pages.make(file.entry(), request.segments(), file.own());
        keep(request, file, page, false);
        if (!page.missing().isEmpty() && codings != 0) {
            vary(request.rawPath());
        }
        Conditions conditions = Conditions.of(request.fields());
        boolean ranged = conditions.range() != null && file.status() == 200;
        Offer chosen = ranged ? page.offers().getFirst() : HotEntry.choose(page.offers(), codings);
        if (file.status() != 200) {
            return response(file.status(), chosen.plainFields(), chosen.body, 0, chosen.size());
        }
        List<Offer> acceptable = HotEntry.acceptable(page.offers(), chosen, codings);
        boolean mayRange = request.method().equals("GET");
        return switch (judge(conditions, acceptable, page.modified(), mayRange)) {
            case Conditions.Verdict.Whole() -> response(200, chosen.wholeFields(), chosen.body, 0, chosen.size());
            case Conditions.Verdict.Fresh(int place) ->
                with(Response.empty(304), acceptable.get(place).freshFields());
            case Conditions.Verdict.Failed() -> Response.text(412, "Precondition failed.\n");
            case Conditions.Verdict.Part(ByteRange range) -> part(chosen, range);
        };
    }

    private Response part(Offer offer, ByteRange range) {
        if (range.length() == 0) {
            return Response.text(416, "There is no such range.\n").with("Content-Range", "bytes */" + offer.size());
        }
        Fields fields = offer.wholeFields().with("Content-Range", contentRange(range, offer.size()));
        return response(206, fields, offer.body, range.start(), range.length());
    }

    private Response response(int status, Fields fields, Body body, long start, long length) {
        String type = fields.first("Content-Type").orElse("");
        Response response = switch (body) {
            case Body.Memory(ByteBuf bytes) -> {
                byte[] copy = new byte[(int) length];
                bytes.getBytes(bytes.readerIndex() + (int) start, copy);
                yield Response.bytes(status, type, copy);
            }
            case Body.InFile(Path path, long offset, long _) ->
                Response.filePart(status, type, path, offset + start, length);
            case Body.Stored(DiskCache.Entry entry) ->
                Response.filePart(status, type, entry.path(), DiskCache.HEAD_BYTES + start, length);
            case Body.InTree(SiteTree from, SiteTree.Entry.File file, long _) ->
                Response.stream(status, type, length, out -> {
                    try (SiteTree.Contents contents = from.open(file)) {
                        cache.reading(contents, in -> copy(in, start, length, out));
                    }
                });
        };
        return with(response, fields);
    }

    private static Response with(Response response, Fields fields) {
        Response result = response;
        for (Fields.Field field : fields.all()) {
            result = result.with(field.name(), field.value());
        }
        return result;
    }

    private static boolean copy(InputStream in, long start, long length, OutputStream out) throws IOException {
        in.skipNBytes(start);
        Streams.copy(in, out, length);
        return true;
    }

    // ---- keeping pages hot

    /// Has the compressed forms made that the page at this path lacks, and shown from then on. Does not
    /// block.
    private void vary(String path) {
        cache.compressing().add(System.identityHashCode(this) + path, () -> {
            Request request = get(path);
            if (!retired && resolver.resolve(request) instanceof Resolver.Target.File file) {
                Pages.Page page = pages.make(file.entry(), request.segments(), file.own());
                pages.compress(file.entry(), page.missing());
                warm(path);
            }
        });
    }

    /// The paths that are hot, the most lately kept first.
    List<String> hotPaths() {
        return cache.shelf().paths(hot).reversed().stream()
                .map(path -> new String(path, ISO_8859_1))
                .toList();
    }

    /// Makes the page at this path hot, if it can be.
    void warm(String path) throws IOException {
        Request request = get(path);
        if (!retired && resolver.resolve(request) instanceof Resolver.Target.File file && isKept(request, file)) {
            Pages.Page page = pages.make(file.entry(), request.segments(), true);
            keep(request, file, page, true);
        }
    }

    /// Forgets what is hot, and keeps and compresses nothing from now on: another tree is on show.
    void retire() {
        retired = true;
        cache.shelf().clear(hot);
    }

    private static Request get(String path) {
        return Request.of("GET", path, Fields.empty(), InputStream.nullInputStream());
    }

    /// Only one spelling of a path is kept, so that nobody can fill the memory with others.
    private static boolean isKept(Request request, Resolver.Target.File file) {
        String path = request.rawPath();
        boolean canonical = path.indexOf('%') < 0 || path.equals(Escapes.path(request.segments()));
        return file.own() && file.status() == 200 && canonical;
    }

    /// A page without its compressed forms says so, even when they are being made: two requests for it at
    /// once may keep it in the wrong order, and then the next one has to ask again.
    private void keep(Request request, Resolver.Target.File file, Pages.Page page, boolean sure) {
        boolean atHand = !(page.offers().getFirst().body instanceof Body.InTree);
        if (retired || !atHand || !isKept(request, file)) {
            return;
        }
        List<Offer> offers = page.offers().stream()
                .filter(offer -> !(offer.body instanceof Body.InTree))
                .toList();
        HotEntry entry = new HotEntry(offers, page.modified(), !page.missing().isEmpty());
        cache.shelf().put(hot, request.rawPath().getBytes(ISO_8859_1), entry, sure);
    }
}
