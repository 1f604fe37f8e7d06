package org.pinisi.cli;

import org.pinisi.http.Handler;
import org.pinisi.http.Request;
import org.pinisi.http.Response;

/// Sends requests under `/git/` to the Git server and all others to the pages.
final class FrontDoor implements Handler {
    private final Handler git;
    private final Handler pages;

    FrontDoor(Handler git, Handler pages) {
        this.git = git;
        this.pages = pages;
    }

    @Override
    public Response handle(Request request) throws Exception {
        boolean forGit = request.rawPath().startsWith("/git/");
        return forGit ? git.handle(request) : pages.handle(request);
    }
}
