package org.pinisi.site;

import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.pinisi.http.Fields;
import org.pinisi.http.HttpException;
import org.pinisi.http.MediaTypes;
import org.pinisi.http.Request;

/// Decides what a path means in one tree: its files, then the rules of its `_redirects`, then what the
/// settings say of paths that lead nowhere. Immutable and thread-safe.
final class Resolver {
    private static final String INDEX = "index.html";
    private static final List<String> NOT_FOUND_PAGE = List.of("404.html");

    private final Locator following;
    private final Locator atEnd;
    private final Settings settings;
    private final RedirectRules rules;

    /// @param following follows every link
    Resolver(SiteTree tree, Locator following, Settings settings, RedirectRules rules) {
        this.following = following;
        this.atEnd = settings.linksRedirect() ? new Locator(tree, true) : following;
        this.settings = settings;
        this.rules = rules;
    }

    /// What a request is to be answered with.
    sealed interface Target {
        /// This file. `own` says that it is the path's own and depends on nothing else of the request.
        record File(SiteTree.Entry.File entry, int status, boolean own) implements Target {}

        /// This location, a URI.
        record Redirect(int status, String location) implements Target {}

        /// The names in this folder.
        record Listing(List<String> folder) implements Target {}

        record Nothing() implements Target {}
    }

    Target resolve(Request request) {
        List<String> path = request.segments();
        if (path.size() == 1 && (path.contains(RedirectRules.NAME) || path.contains(HeaderRules.NAME))) {
            return missing(path);
        }
        Target own = own(path, request);
        boolean exists = !(own instanceof Target.Nothing);
        Optional<RedirectRules.Outcome> rule = rules.find(request, exists);
        if (rule.isPresent()) {
            return switch (rule.get()) {
                case RedirectRules.Outcome.Redirect(int status, String location) ->
                    new Target.Redirect(status, location);
                case RedirectRules.Outcome.Rewrite(int status, String to) -> rewritten(to, status, path);
            };
        }
        return exists ? own : missing(path);
    }

    /// What this path means by itself.
    private Target own(List<String> path, Request request) {
        boolean slash = path.getLast().isEmpty();
        List<String> names = slash ? path.subList(0, path.size() - 1) : path;
        Locator.Found found = (slash ? following : atEnd).find(names);
        if (slash) {
            return found instanceof Locator.Found.Folder(List<String> folder)
                    ? index(folder, path)
                    : new Target.Nothing();
        }
        return switch (found) {
            case Locator.Found.File(SiteTree.Entry.File entry) -> file(entry, path);
            case Locator.Found.Link(String target) -> new Target.Redirect(301, Escapes.uri(target));
            case Locator.Found.Folder(List<String> folder) ->
                page(names, path).orElseGet(() -> {
                    String query = request.rawQuery().isEmpty() ? "" : "?" + request.rawQuery();
                    return index(folder, path) instanceof Target.Nothing nothing
                            ? nothing
                            : new Target.Redirect(301, request.rawPath() + "/" + query);
                });
            case Locator.Found.Nothing() -> page(names, path).orElseGet(Target.Nothing::new);
        };
    }

    private Target.File file(SiteTree.Entry.File entry, List<String> path) {
        return new Target.File(entry, 200, !rules.dependsOnQuery(path));
    }

    private Target index(List<String> folder, List<String> path) {
        List<String> index = new ArrayList<>(folder);
        index.add(INDEX);
        if (following.find(index) instanceof Locator.Found.File(SiteTree.Entry.File entry)) {
            return file(entry, path);
        }
        return settings.listing() ? new Target.Listing(folder) : new Target.Nothing();
    }

    /// `/about` means `about.html`, where that is wanted.
    private Optional<Target> page(List<String> names, List<String> path) {
        if (!settings.cleanUrls() || names.isEmpty()) {
            return Optional.empty();
        }
        List<String> page = new ArrayList<>(names);
        page.set(page.size() - 1, names.getLast() + ".html");
        return following.find(page) instanceof Locator.Found.File(SiteTree.Entry.File entry)
                ? Optional.of(file(entry, path))
                : Optional.empty();
    }

    private Target rewritten(String to, int status, List<String> path) {
        Request inner;
        try {
            inner = Request.of("GET", to, Fields.empty(), InputStream.nullInputStream());
        } catch (HttpException _) {
            return missing(path);
        }
        return own(inner.segments(), inner) instanceof Target.File(SiteTree.Entry.File entry, int _, boolean _)
                ? new Target.File(entry, status, false)
                : missing(path);
    }

    private Target missing(List<String> path) {
        Optional<List<String>> single = settings.singlePage();
        if (single.isPresent()
                && isPage(path.getLast())
                && following.find(single.get()) instanceof Locator.Found.File(SiteTree.Entry.File entry)) {
            return new Target.File(entry, 200, false);
        }
        if (settings.elsewhere().isPresent()) {
            return new Target.Redirect(302, settings.elsewhere().get());
        }
        return following.find(NOT_FOUND_PAGE) instanceof Locator.Found.File(SiteTree.Entry.File entry)
                ? new Target.File(entry, 404, false)
                : new Target.Nothing();
    }

    /// A script or image that is missing must not be answered with a page.
    private static boolean isPage(String name) {
        return MediaTypes.find(name).map(type -> type.startsWith("text/html")).orElse(true);
    }
}
