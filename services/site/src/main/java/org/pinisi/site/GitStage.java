package org.pinisi.site;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.pinisi.git.CommitId;
import org.pinisi.http.FastReply;
import org.pinisi.http.FastRequest;
import org.pinisi.http.Handler;
import org.pinisi.http.Request;
import org.pinisi.http.Response;

/// Shows the commits of an origin's repository through a [Site].
final class GitStage implements Stage {
    private final Site site;
    private final SiteOrigin origin;
    private final ReentrantLock switching = new ReentrantLock();
    private @Nullable GitTree shown;

    GitStage(Site site, SiteOrigin origin) {
        this.site = site;
        this.origin = origin;
    }

    @Override
    public boolean isReady() {
        return site.version().isPresent();
    }

    /// Reads only what differs from the commit shown before.
    @Override
    public void show(CommitId commit) {
        switching.lock();
        try {
            GitTree before = shown;
            GitTree next = before == null ? GitTree.of(origin.repository(), commit) : before.next(commit);
            site.show(next);
            shown = next;
        } finally {
            switching.unlock();
        }
    }

    @Override
    public Handler preview(CommitId commit, String prefix) {
        return site.preview(tree(commit), prefix);
    }

    private GitTree tree(CommitId commit) {
        Optional<GitTree> near;
        switching.lock();
        try {
            near = Optional.ofNullable(shown);
        } finally {
            switching.unlock();
        }
        return near.isPresent() ? near.get().next(commit) : GitTree.of(origin.repository(), commit);
    }

    @Override
    public boolean answer(FastRequest request, FastReply reply) {
        return site.answer(request, reply);
    }

    @Override
    public Response handle(Request request) throws IOException {
        return site.handle(request);
    }
}
