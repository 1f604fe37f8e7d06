package org.pinisi.site;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.AbstractMap.SimpleImmutableEntry;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.pinisi.http.ContentCoding;
import org.pinisi.http.FastPath;
import org.pinisi.http.FastReply;
import org.pinisi.http.FastRequest;
import org.pinisi.http.Fields;
import org.pinisi.http.Handler;
import org.pinisi.http.HttpException;
import org.pinisi.http.Request;
import org.pinisi.http.Response;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Serves one tree of files at a time: as a [FastPath] what is hot, as a [Handler] everything; both are
/// to be given to the server. Thread-safe.
///
/// Each request is answered from one tree alone, that which is on show when it comes; a request that
/// began with the tree before ends with it. Until a tree is on show the answer is 503.
///
/// - GET, HEAD, OPTIONS; others get 405. Paths are decoded once; what is malformed, NUL, `.` and `..`
///   get 400, an encoded slash leads nowhere. Names that begin with a dot are hidden, save
///   `.well-known`.
/// - `/` and folders mean their `index.html`; a folder without final slash is redirected. What is
///   missing gets `/404.html`, if there is one, with status 404.
/// - `_redirects` and `_headers` at the top are rules; see the manual for what they may hold.
/// - Strong ETags from the contents' identity, Last-Modified from the tree's time; conditions and one
///   range as in RFC 9110; several ranges are answered with the whole file.
/// - gzip, brotli and zstd: files `x.gz`, `x.br`, `x.zst` beside `x` are used; others are made once per
///   contents, in the background, and served as soon as they are there.
public final class Site implements FastPath, Handler {
    private static final Logger LOG = LoggerFactory.getLogger(Site.class);
    private static final String METHODS = "GET, HEAD, OPTIONS";
    /// How long a new tree is prepared, so that what is hot now stays hot; the rest follows when it is
    /// asked for.
    private static final Duration WARM_TIME = Duration.ofMillis(250);

    private final Settings settings;
    private final SiteCache cache;
    private final ReentrantLock switching = new ReentrantLock();
    private volatile @Nullable Showing current;
    private Instant newest = Instant.MIN;

    private Site(Settings settings, SiteCache cache) {
        this.settings = settings;
        this.cache = cache;
    }

    /// A site that keeps what it needs in this cache, which stays the caller's.
    public static Builder builder(SiteCache cache) {
        return new Builder(cache);
    }

    /// Shows this tree from now on, wholly or not at all. Blocks while its rules are read and what is
    /// hot is made hot in it, at most about a quarter of a second.
    ///
    /// @throws SiteException when its `_redirects` or `_headers` are malformed, with every line that is;
    ///     what was on show stays on show
    public void show(SiteTree tree) {
        requireNonNull(tree, "tree");
        switching.lock();
        try {
            Showing before = current;
            // A date that goes back would let the copy of a newer tree pass as fresh; so then there is none.
            Optional<Instant> modified = tree.time().filter(time -> !time.isBefore(newest));
            Showing next = new Showing(tree, modified, settings, cache);
            newest = modified.orElse(newest);
            if (before != null) {
                warm(next, before.hotPaths());
            }
            current = next;
            if (before != null) {
                before.retire();
            }
        } finally {
            switching.unlock();
        }
    }

    private static void warm(Showing next, List<String> paths) {
        long end = System.nanoTime() + WARM_TIME.toNanos();
        for (String path : paths) {
            if (System.nanoTime() - end > 0) {
                return;
            }
            try {
                next.warm(path);
            } catch (IOException | RuntimeException e) {
                LOG.warn("event=site-warm-failed path={} reason=\"{}\"", path, e.toString());
                return;
            }
        }
    }

    /// The version of the tree on show, if there is one.
    public Optional<String> version() {
        return Optional.ofNullable(current).map(showing -> showing.tree.version());
    }

    /// Serves another tree below a prefix, beside the one on show and by the same settings. Nothing of
    /// it is kept hot or compressed for it. Redirects within the site get the prefix; search engines are
    /// told to keep out.
    ///
    /// @param prefix the path at which the tree's top is seen, without final slash, such as `/@1234567`;
    ///     requests must begin with it and a slash
    /// @throws SiteException when its rules are malformed
    public Handler preview(SiteTree tree, String prefix) {
        Showing showing = new Showing(tree, tree.time(), settings, cache);
        showing.retire();
        return request -> {
            if (!request.rawPath().startsWith(prefix + "/")) {
                return Response.text(404, "Not found.\n");
            }
            String target = request.target().substring(prefix.length());
            Request inner = Request.of(request.method(), target, request.fields(), request.body());
            Response response = handle(inner, showing).with("X-Robots-Tag", "noindex");
            String location = response.fields().first("Location").orElse("");
            return location.startsWith("/") ? response.with("Location", prefix + location) : response;
        };
    }

    /// This site as a [FastPath] that takes every request, for servers that have no place for a [Handler]. At
    /// most 256 requests that are not hot are under way at once; beyond, the answer is 503. For trees in folders:
    /// what must be streamed out of Git's packs is 503 too.
    public FastPath wholly() {
        return new WholeSite(this);
    }

    @Override
    public boolean answer(FastRequest request, FastReply reply) {
        Showing showing = current;
        if (showing == null || !(request.methodIs("GET") || request.methodIs("HEAD"))) {
            return false;
        }
        return showing.answer(request, reply);
    }

    @Override
    public Response handle(Request request) throws IOException {
        return handle(request, current);
    }

    private static Response handle(Request request, @Nullable Showing showing) throws IOException {
        switch (request.method()) {
            case "GET", "HEAD" -> {}
            case "OPTIONS" -> {
                Response options = Response.empty(204).with("Allow", METHODS);
                return showing == null ? options : showing.withFields(options, request);
            }
            default -> {
                return Response.text(405, "Only GET and HEAD work here.\n").with("Allow", METHODS);
            }
        }
        if (showing == null) {
            return Response.text(503, "There is nothing to show yet; try again soon.\n")
                    .with("Retry-After", "5")
                    .with("Cache-Control", "no-store");
        }
        try {
            return showing.answer(request);
        } catch (HttpException e) {
            Response refusal = Response.text(e.status(), e.getMessage() + "\n").with("Cache-Control", "no-store");
            return e.status() == 503 ? refusal.with("Retry-After", "1") : refusal;
        }
    }

    /// Collects how a site is served. Not thread-safe.
    public static final class Builder {
        private final SiteCache cache;
        private boolean cleanUrls;
        private boolean listing;
        private boolean linksRedirect;
        private boolean hashedForever = true;
        private Optional<List<String>> singlePage = Optional.empty();
        private Optional<String> elsewhere = Optional.empty();
        private String otherType = "application/octet-stream";
        private Fields extra = Fields.empty();
        private long mostFileBytes = Long.MAX_VALUE;
        private Set<ContentCoding> codings = EnumSet.allOf(ContentCoding.class);
        private Predicate<String> compressible = ContentTypes::isCompressible;
        private long leastCompressed = Compression.LEAST_BYTES;
        private final Map<String, String> types = new HashMap<>();
        private final List<Map.Entry<RulePattern, String>> cacheRules = new ArrayList<>();

        private Builder(SiteCache cache) {
            this.cache = requireNonNull(cache, "cache");
        }

        /// Whether `/about` means `about.html` where there is no file `about`; by default not.
        public Builder cleanUrls(boolean wanted) {
            cleanUrls = wanted;
            return this;
        }

        /// Whether a folder without `index.html` is listed; by default not.
        public Builder listing(boolean wanted) {
            listing = wanted;
            return this;
        }

        /// Whether a path that ends at a symbolic link is redirected (301) to the link's text, as Unipi
        /// does; by default links are followed within the tree.
        public Builder linksRedirect(boolean wanted) {
            linksRedirect = wanted;
            return this;
        }

        /// Answers pages that are missing with this file and status 200, for applications that route in
        /// the browser, such as `/index.html`; by default with 404. What is missing with an extension of
        /// another type than
        /// HTML stays 404.
        ///
        /// @throws IllegalArgumentException when it is no path
        public Builder singlePage(String file) {
            singlePage = Optional.of(names(file));
            return this;
        }

        /// Redirects (302) what is missing to this URI; by default it is 404.
        public Builder elsewhere(String uri) {
            elsewhere = Optional.of(Escapes.uri(requireNonNull(uri, "uri")));
            return this;
        }

        /// The content type of one file, such as `/feed`, `application/atom+xml`.
        ///
        /// @throws IllegalArgumentException when the path has no slash in front, or the type may not
        ///     stand in a field
        public Builder type(String file, String type) {
            types.put(
                    "/" + String.join("/", names(file)),
                    Fields.of("Content-Type", type).first("Content-Type").orElseThrow());
            return this;
        }

        /// The content type of files whose extension says nothing; application/octet-stream by default.
        public Builder defaultType(String type) {
            otherType = Fields.of("Content-Type", type).first("Content-Type").orElseThrow();
            return this;
        }

        /// What Cache-Control says for paths of a pattern as in `_headers`; the first that fits counts,
        /// before what is said by default: `no-cache`, and a year for names that hold a hash.
        ///
        /// @throws IllegalArgumentException when the pattern is malformed
        public Builder cacheControl(String pattern, String value) {
            Fields.of("Cache-Control", value);
            cacheRules.add(new SimpleImmutableEntry<>(RulePattern.parse(pattern), value));
            return this;
        }

        /// Whether files whose name holds a hash of their contents (`app.3f2a9c1b.js`) are said never to
        /// change; by default they are.
        public Builder hashedForever(boolean wanted) {
            hashedForever = wanted;
            return this;
        }

        /// Fields that each answer with a file bears; `_headers` has the last word.
        public Builder fields(Fields newFields) {
            extra = requireNonNull(newFields, "fields");
            return this;
        }

        /// How large a file may be to be served; larger ones get 403. By default any size.
        public Builder mostFileBytes(long bytes) {
            if (bytes < 0) {
                throw new IllegalArgumentException("mostFileBytes: " + bytes + " (expected: 0 or more)");
            }
            mostFileBytes = bytes;
            return this;
        }

        /// The codings to compress in; by default all that this machine can make.
        public Builder codings(Set<ContentCoding> wanted) {
            codings = Set.copyOf(wanted);
            return this;
        }

        /// What is compressed: by default text and its like, from 256 bytes on.
        ///
        /// @param types tells by a content type
        /// @param smallest in bytes
        public Builder compressed(Predicate<String> types, long smallest) {
            compressible = requireNonNull(types, "types");
            leastCompressed = smallest;
            return this;
        }

        public Site build() {

            Settings settings = new Settings(
                    cleanUrls,
                    listing,
                    linksRedirect,
                    singlePage,
                    elsewhere,
                    new ContentTypes(types, otherType),
                    new CacheRules(cacheRules, hashedForever),
                    extra,
                    mostFileBytes,
                    codings,
                    compressible,
                    leastCompressed);
            return new Site(settings, cache);
        }

        private static List<String> names(String file) {
            if (!file.startsWith("/") || file.length() < 2) {
                throw new IllegalArgumentException("file: \"" + file + "\" (expected: a path such as /index.html)");
            }
            return List.of(file.substring(1).split("/", -1));
        }
    }
}
