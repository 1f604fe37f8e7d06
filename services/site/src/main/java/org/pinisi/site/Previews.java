package org.pinisi.site;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
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

    /// Finds the commit that a prefix of its identity means, in the history of the one shown.
    @FunctionalInterface
    interface Finder extends Function<String, Optional<CommitId>> {}

    private final Finder finder;
    private final Function<CommitId, Handler> opener;
    private final Map<CommitId, Handler> open;

    /// @param most how many are kept open
    Previews(int most, Finder finder, Function<CommitId, Handler> opener) {
        this.finder = finder;
        this.opener = opener;
        this.open = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<CommitId, Handler> eldest) {
                return size() > most;
            }
        };
    }

    /// Answers a request whose first segment begins with `@`.
    Response answer(Request request) throws Exception {
        List<String> segments = request.segments();
        String name = segments.getFirst();
        if (!NAME.matcher(name).matches()) {
            return ABSENT;
        }
        Optional<CommitId> commit = finder.apply(name.substring(1));
        if (commit.isEmpty()) {
            return ABSENT;
        }
        String query = request.rawQuery().isEmpty() ? "" : "?" + request.rawQuery();
        if (segments.size() == 1) {
            return Response.redirect(308, "/" + name + "/" + query).with("X-Robots-Tag", "noindex");
        }
        int rest = request.rawPath().indexOf('/', 1);
        Request inner = Request.of(
                request.method(), request.rawPath().substring(rest) + query, request.fields(), request.body());
        Response response = handler(commit.get()).handle(inner).with("X-Robots-Tag", "noindex");
        Optional<String> location = response.fields()
                .first("Location")
                .filter(target -> target.startsWith("/") && !target.startsWith("//"));
        return location.isPresent() ? response.with("Location", "/" + name + location.get()) : response;
    }

    private Handler handler(CommitId commit) {
        synchronized (open) {
            Handler known = open.get(commit);
            if (known != null) {
                return known;
            }
        }
        Handler opened = opener.apply(commit);
        synchronized (open) {
            Handler other = open.putIfAbsent(commit, opened);
            return other == null ? opened : other;
        }
    }
}
