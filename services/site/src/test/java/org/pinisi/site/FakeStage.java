package org.pinisi.site;

import java.util.Optional;
import org.pinisi.git.CommitId;
import org.pinisi.http.FastReply;
import org.pinisi.http.FastRequest;
import org.pinisi.http.Handler;
import org.pinisi.http.PreparedAnswer;
import org.pinisi.http.Request;
import org.pinisi.http.Response;

/// Answers every request with the commit that is shown, and what was asked for.
final class FakeStage implements Stage {
    private volatile Optional<CommitId> shown = Optional.empty();

    @Override
    public boolean isReady() {
        return shown.isPresent();
    }

    @Override
    public void show(CommitId commit) {
        shown = Optional.of(commit);
    }

    @Override
    public Handler preview(CommitId commit, String prefix) {
        return request -> Response.text(200, "preview " + commit + " " + request.target());
    }

    @Override
    public boolean answer(FastRequest request, FastReply reply) {
        reply.send(PreparedAnswer.status(200)
                .text("fast " + shown.orElseThrow().abbreviated() + " " + request.rawPath())
                .build());
        return true;
    }

    @Override
    public Response handle(Request request) {
        return Response.text(200, request.method() + " " + shown.orElseThrow().abbreviated() + " " + request.rawPath());
    }
}
