package org.pinisi.cli;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.pinisi.edge.CompressionRule;
import org.pinisi.edge.EdgeException;
import org.pinisi.edge.FolderServing;
import org.pinisi.edge.Target;
import org.pinisi.http.ContentCoding;
import org.pinisi.http.FastPath;
import org.pinisi.site.FolderTree;
import org.pinisi.site.Site;
import org.pinisi.site.SiteCache;
import org.pinisi.site.SiteException;

/// How the edge serves folders: each as a site, all with one cache.
final class Folders implements FolderServing, AutoCloseable {
    private static final long MEMORY = 8L << 20;
    private static final long DISK = 256L << 20;

    private final SiteCache cache;

    /// @param folder for compressed forms; nothing in it is needed
    Folders(Path folder) {
        this.cache = SiteCache.builder().memory(MEMORY).disk(folder, DISK).build();
    }

    @Override
    public FastPath open(Target.Folder folder, Optional<CompressionRule> compression) {
        Site.Builder rules = Site.builder(cache);
        for (Map.Entry<String, String> setting : folder.settings().entrySet()) {
            boolean wanted = Boolean.parseBoolean(setting.getValue());
            switch (setting.getKey()) {
                case "spa" -> {
                    if (wanted) {
                        rules.singlePage("/index.html");
                    }
                }
                case "listing" -> rules.listing(wanted);
                case "clean-urls" -> rules.cleanUrls(wanted);
                default ->
                    throw new EdgeException("a folder's setting \"" + setting.getKey()
                            + "\" is not known here (expected: spa, listing or clean-urls)");
            }
        }
        compression.ifPresent(rule -> rules.codings(codings(rule)).compressed(rule::lists, rule.smallest()));
        try {
            Site site = rules.build();
            // An unpacked image never changes, and its folder's name is its digest.
            site.show(FolderTree.of(folder.path(), folder.path().toString(), Optional.empty()));
            return site.wholly();
        } catch (SiteException unusable) {
            throw new EdgeException(String.valueOf(unusable.getMessage()), unusable);
        }
    }

    private static Set<ContentCoding> codings(CompressionRule rule) {
        return rule.codings().stream()
                .map(coding -> switch (coding) {
                    case GZIP -> ContentCoding.GZIP;
                    case BROTLI -> ContentCoding.BROTLI;
                    case ZSTD -> ContentCoding.ZSTD;
                })
                .collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public void close() {
        cache.close();
    }
}
