package org.pinisi.site;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.pinisi.git.CommitId;
import org.pinisi.http.Handler;
import org.pinisi.http.Request;
import org.pinisi.http.Response;

/// Shows commits of the branch's past under `/@<commit>/`: 7 or more digits of a commit's identity that mean one commit
/// only, which must be in the history of the one shown. A few are kept open; opening one more closes the one that was
/// asked for longest ago. Search engines are told to stay away.
///
/// Links within a preview's pages work when they are relative; those that begin with a slash lead to the site itself.
final class Previews {
    private static final Pattern NAME = Pattern.compile("@[0-9a-f]{7,40}");
    private static final Response ABSENT = Response.text(404, "no commit of this site's branch begins like that\n")
            .with("X-Robots-Tag", "noindex");

    private final Supplier<Optional<CommitId>> shown;
    private final BiFunction<CommitId, String, Optional<CommitId>> finder;
    private final BiFunction<CommitId, String, Handler> opener;
    private final Map<String, Opened> open;

    /// A preview at hand.
    ///
    /// @param tip the commit in whose history it was found
    private record Opened(CommitId tip, CommitId commit, Handler handler) {}

    /// @param most how many are kept open
    /// @param shown the commit that everybody sees
    /// @param finder the commit that a prefix means in the history of another commit
    /// @param opener what answers for a commit below a path such as `/@1234567`
    Previews(
            int most,
            Supplier<Optional<CommitId>> shown,
            BiFunction<CommitId, String, Optional<CommitId>> finder,
            BiFunction<CommitId, String, Handler> opener) {
        this.shown = shown;
        this.finder = finder;
        this.opener = opener;
        this.open = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Opened> eldest) {
                return size() > most;
            }
        };
    }

    /// Answers a request whose first segment begins with `@`.
    Response answer(Request request) throws Exception {
        List<String> segments = request.segments();
        String name = segments.getFirst();
        Optional<CommitId> tip = shown.get();
        // As it was sent, or the prefix would not fit.
        if (tip.isEmpty() || !NAME.matcher(name).matches() || !request.rawPath().startsWith("/" + name)) {
            return ABSENT;
        }
        Optional<Handler> handler = find(tip.get(), name);
        if (handler.isEmpty()) {
            return ABSENT;
        }
        if (segments.size() == 1) {
            String query = request.rawQuery().isEmpty() ? "" : "?" + request.rawQuery();
            return Response.redirect(308, "/" + name + "/" + query).with("X-Robots-Tag", "noindex");
        }
        return handler.get().handle(request);
    }

    private Optional<Handler> find(CommitId tip, String name) {
        @Nullable Opened known;
        synchronized (open) {
            known = open.get(name);
        }
        if (known != null && known.tip.equals(tip)) {
            return Optional.of(known.handler);
        }
        Optional<CommitId> commit = finder.apply(tip, name.substring(1));
        if (commit.isEmpty()) {
            return Optional.empty();
        }
        boolean same = known != null && known.commit.equals(commit.get());
        Handler handler = known != null && same ? known.handler : opener.apply(commit.get(), "/" + name);
        synchronized (open) {
            open.put(name, new Opened(tip, commit.get(), handler));
        }
        return Optional.of(handler);
    }
}
