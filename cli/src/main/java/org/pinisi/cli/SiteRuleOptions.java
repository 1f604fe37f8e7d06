package org.pinisi.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.pinisi.http.Fields;
import org.pinisi.site.Site;
import org.pinisi.site.SiteCache;
import picocli.CommandLine.Option;

/// How `pinisi site` answers with the files it has.
final class SiteRuleOptions {
    @Option(
            names = "--default",
            paramLabel = "URL",
            description = "Send requests for what is not there to this address (302) instead of answering 404.")
    private Optional<String> elsewhere = Optional.empty();

    @Option(
            names = "--mime-type",
            paramLabel = "PATH:TYPE",
            description = "The content type of one file, such as /feed:application/atom+xml. May be repeated.")
    private List<String> types = new ArrayList<>();

    @Option(
            names = "--default-mime-type",
            paramLabel = "TYPE",
            defaultValue = "application/octet-stream",
            description = "The content type of files whose extension says nothing (default: ${DEFAULT-VALUE}).")
    private String otherType = "application/octet-stream";

    @Option(
            names = "--spa",
            description =
                    "Answer pages that are not there with /index.html, for applications that route in the browser.")
    private boolean singlePage;

    @Option(names = "--clean-urls", description = "Let /about mean /about.html.")
    private boolean cleanUrls;

    @Option(names = "--listing", description = "List folders that have no index.html.")
    private boolean listing;

    @Option(
            names = "--link-redirects",
            description = "Redirect (301) from a symbolic link to its text, as Unipi does, instead of following it.")
    private boolean linkRedirects;

    @Option(
            names = "--cache-memory",
            paramLabel = "SIZE",
            converter = Amounts.Size.class,
            description =
                    "Memory for files that are asked for often, taken as they come (default: an eighth of the machine's, 8M to 256M).")
    private Optional<Long> memory = Optional.empty();

    @Option(
            names = "--cache-disk",
            paramLabel = "SIZE",
            defaultValue = "1G",
            converter = Amounts.Size.class,
            description =
                    "Disk for compressed forms and for large files out of Git's packs (default: ${DEFAULT-VALUE}).")
    private long disk = 1L << 30;

    /// What is asked of the cache, save its folder.
    SiteCache.Builder cache(java.nio.file.Path folder) {
        SiteCache.Builder builder = SiteCache.builder().disk(folder, disk);
        return builder.memory(memory.orElseGet(() -> SiteMemory.ofThisMachine().forFiles()));
    }

    /// What is asked of the site.
    ///
    /// @throws CommandException naming the flag
    Site site(SiteCache cache, Fields fields) {
        Site.Builder builder = Site.builder(cache)
                .fields(fields)
                .cleanUrls(cleanUrls)
                .listing(listing)
                .linksRedirect(linkRedirects);
        if (singlePage) {
            builder.singlePage("/index.html");
        }
        elsewhere.ifPresent(uri -> named("--default", () -> builder.elsewhere(uri)));
        named("--default-mime-type", () -> builder.defaultType(otherType));
        for (String type : types) {
            int colon = type.indexOf(':');
            named("--mime-type", () -> {
                if (colon < 1) {
                    throw new IllegalArgumentException("\"" + type + "\" (expected: PATH:TYPE)");
                }
                String path = type.substring(0, colon);
                builder.type(path.startsWith("/") ? path : "/" + path, type.substring(colon + 1));
            });
        }
        return builder.build();
    }

    private static void named(String flag, Runnable setting) {
        try {
            setting.run();
        } catch (IllegalArgumentException unusable) {
            throw new CommandException(ExitCodes.FAILED, "cannot use " + flag + ": " + unusable.getMessage());
        }
    }
}
