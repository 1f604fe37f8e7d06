package org.pinisi.site;

import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.pinisi.http.ContentCoding;
import org.pinisi.http.Fields;
import org.pinisi.http.HttpDate;
import org.pinisi.http.HttpException;

/// Makes pages of one tree's files: what answers with them say, and in which forms the bytes are at
/// hand. Blocks on the disk; thread-safe.
final class Pages {
    /// Up to here bytes are kept in memory.
    static final int SMALL = 256 << 10;
    /// Up to here a blob is unpacked at once, as reading it takes it into memory anyway.
    private static final long MIDDLE = 8L << 20;

    private static final String RAW = "raw";
    private static final int MOST_SAID = 256;

    private final SiteTree tree;
    private final Locator locator;
    private final Settings settings;
    private final HeaderRules headers;
    private final Optional<Instant> modified;
    /// What Last-Modified says.
    private final Optional<String> date;
    private final SiteCache cache;
    /// Pages say one of a few things, so that these are kept once.
    private final Map<Fields, Fields> said = new ConcurrentHashMap<>();

    Pages(
            SiteTree tree,
            Locator locator,
            Settings settings,
            HeaderRules headers,
            Optional<Instant> modified,
            SiteCache cache) {
        this.tree = tree;
        this.locator = locator;
        this.settings = settings;
        this.headers = headers;
        this.modified = modified;
        this.date = modified.map(HttpDate::format);
        this.cache = cache;
    }

    /// A page as it can be served now.
    ///
    /// @param offers without coding first
    /// @param missing the codings that it might be had in as well, once they are made
    record Page(List<Offer> offers, Optional<Instant> modified, List<ContentCoding> missing) {
        Page {
            offers = List.copyOf(offers);
            missing = List.copyOf(missing);
        }
    }

    /// The page of this file at a request's path.
    ///
    /// @throws HttpException 403 when the file is larger than is served here, 503 when too much is read
    ///     already
    Page make(SiteTree.Entry.File file, List<String> path, boolean own) throws IOException {
        String type = settings.types().find(file.path());
        boolean compressible = settings.compressible().test(type);
        Fields fields = fields(type, compressible, file, path, own);
        String identity = tree.identify(file).hex();
        Offer plain = offer(identity, Optional.empty(), fields, file);
        List<Offer> offers = new ArrayList<>(List.of(plain));
        List<ContentCoding> missing = new ArrayList<>();
        boolean worth = plain.size() >= settings.leastCompressed() && plain.size() <= Compression.MOST_BYTES;
        if (compressible && worth && plain.size() <= cache.largestStored()) {
            for (ContentCoding coding : settings.codings()) {
                coded(identity, coding, fields, file, offers, missing);
            }
        }
        return new Page(offers, modified, missing);
    }

    private Fields fields(String type, boolean varies, SiteTree.Entry.File file, List<String> path, boolean own) {
        Fields fields = Fields.of("Content-Type", type, "X-Content-Type-Options", "nosniff")
                .with("Cache-Control", own ? settings.cacheRules().find(file.path()) : CacheRules.REVALIDATE);
        if (date.isPresent()) {
            fields = fields.with("Last-Modified", date.get());
        }
        fields = replaced(fields, settings.extra());
        fields = replaced(fields, headers.find(path));
        return shared(varies ? fields.with("Vary", "Accept-Encoding") : fields);
    }

    private Fields shared(Fields fields) {
        Fields known = said.get(fields);
        if (known == null && said.size() < MOST_SAID) {
            known = said.putIfAbsent(fields, fields);
        }
        return known == null ? fields : known;
    }

    private static Fields replaced(Fields fields, Fields newer) {
        if (newer.all().isEmpty()) {
            return fields;
        }
        Fields result = fields;
        for (Fields.Field field : newer.all()) {
            result = result.without(field.name());
        }
        for (Fields.Field field : newer.all()) {
            result = result.with(field.name(), field.value());
        }
        return result;
    }

    private void coded(
            String identity,
            ContentCoding coding,
            Fields fields,
            SiteTree.Entry.File file,
            List<Offer> offers,
            List<ContentCoding> missing)
            throws IOException {
        Optional<SiteTree.Entry.File> beside = beside(file, coding);
        if (beside.isPresent()) {
            String other = tree.identify(beside.get()).hex();
            offers.add(offer(other, Optional.of(coding), fields, beside.get()));
            return;
        }
        String tag = Offer.tag(identity, Optional.of(coding));
        Optional<Body.Memory> held = cache.shelf().body(tag);
        if (held.isPresent()) {
            offers.add(new Offer(Optional.of(coding), tag, fields, held.get()));
            return;
        }
        Optional<DiskCache.Entry> stored = cache.disk().find(identity, Offer.suffix(coding));
        if (stored.isEmpty()) {
            if (cache.mayMake(coding)) {
                missing.add(coding);
            }
        } else if (stored.get().size() > 0) {
            offers.add(new Offer(Optional.of(coding), tag, fields, body(stored.get())));
        }
    }

    /// A compressed form that the tree itself brings along.
    private Optional<SiteTree.Entry.File> beside(SiteTree.Entry.File file, ContentCoding coding) {
        List<String> path = new ArrayList<>(file.path());
        path.set(path.size() - 1, path.getLast() + "." + Offer.suffix(coding));
        return locator.find(path) instanceof Locator.Found.File(SiteTree.Entry.File entry)
                ? Optional.of(entry)
                : Optional.empty();
    }

    private Offer offer(String identity, Optional<ContentCoding> coding, Fields fields, SiteTree.Entry.File file)
            throws IOException {
        String tag = Offer.tag(identity, coding);
        Optional<Body.Memory> held = cache.shelf().body(tag);
        return new Offer(coding, tag, fields, held.isPresent() ? held.get() : plain(identity, file));
    }

    private Body plain(String identity, SiteTree.Entry.File file) throws IOException {
        try (SiteTree.Contents contents = tree.open(file)) {
            long size = contents.size();
            if (size > settings.mostFileBytes()) {
                throw new HttpException(403, "this file is larger than what is served here");
            }
            if (size <= SMALL) {
                return cache.reading(contents, in -> Body.Memory.of(in.readNBytes((int) size)));
            }
            if (contents.file().isPresent()) {
                return new Body.InFile(contents.file().get(), 0, size);
            }
            Optional<DiskCache.Entry> stored = cache.disk().find(identity, RAW);
            if (stored.isPresent()) {
                return new Body.Stored(stored.get());
            }
            boolean fits = size <= cache.largestStored();
            if (size <= MIDDLE && fits) {
                return new Body.Stored(store(identity, contents));
            }
            if (fits && cache.isSeenAgain(identity)) {
                cache.unpacking().add(identity, () -> unpack(identity, file));
            }
            return new Body.InTree(tree, file, size);
        }
    }

    private static Body body(DiskCache.Entry stored) throws IOException {
        if (stored.size() > SMALL) {
            return new Body.Stored(stored);
        }
        try (InputStream in = stored.stream()) {
            return Body.Memory.of(in.readNBytes((int) stored.size()));
        }
    }

    private void unpack(String identity, SiteTree.Entry.File file) throws IOException {
        try (SiteTree.Contents contents = tree.open(file)) {
            store(identity, contents);
        }
    }

    private DiskCache.Entry store(String identity, SiteTree.Contents contents) throws IOException {
        return cache.reading(
                contents,
                in -> cache.disk().store(identity, RAW, Long.MAX_VALUE, out -> Streams.copy(in, out, contents.size())));
    }

    /// Makes the page's forms that are missing; takes seconds for a large one.
    void compress(SiteTree.Entry.File file, List<ContentCoding> missing) throws IOException {
        String identity = tree.identify(file).hex();
        for (ContentCoding coding : missing) {
            if (!cache.canMake(coding)) {
                continue;
            }
            try (SiteTree.Contents contents = tree.open(file)) {
                long size = contents.size();
                // Less than a twentieth saved is not worth the client's work.
                cache.reading(
                        contents,
                        in -> cache.disk()
                                .store(
                                        identity,
                                        Offer.suffix(coding),
                                        size - size / 20,
                                        out -> Compression.compress(coding, in, size, out)));
            }
        }
    }
}
