package org.pinisi.git;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.function.Predicate;
import org.pinisi.http.Handler;
import org.pinisi.http.Request;
import org.pinisi.http.Response;

/// Serves a store over Git's smart HTTP protocol (gitprotocol-http(5)), to be mounted for GET and POST below one
/// path, so that the address of a repository is `http://HOST/git/NAME.git`. The suffix may be left out.
///
/// Everybody may fetch; whoever mounts it decides who may push. A repository that does not exist is made by the
/// first push. The server's `HttpLimits` bound a push too: `bodyBytes` must be at least [GitLimits#packBytes].
public final class GitHttp implements Handler {
    private final SmartHttp git;
    private final String mount;
    private final Predicate<Request> mayPush;

    /// @param mount the path in front, such as `/git`: with a `/` at the front and none at the end
    /// @param mayPush whether a request may push, by its remote address or its fields; others get a 403 that says
    ///     so
    public GitHttp(RepositoryStore store, PushListener listener, String mount, Predicate<Request> mayPush) {
        if (!mount.startsWith("/") || mount.endsWith("/")) {
            throw new IllegalArgumentException("mount: " + mount + " (expected: a path such as /git)");
        }
        this.git = new SmartHttp(store, listener);
        this.mount = mount;
        this.mayPush = mayPush;
    }

    @Override
    public Response handle(Request request) throws IOException {
        String path = request.rawPath().startsWith(mount) ? request.rawPath().substring(mount.length()) : "";
        SmartHttp.Answer answer = git.answer(new SmartHttp.Call(
                request.method(),
                path,
                request.rawQuery(),
                request.fields()::first,
                request.body(),
                request.remoteAddress()
                        .map(address -> address.getAddress().getHostAddress())
                        .orElse("a local socket"),
                mayPush.test(request)));
        Response response = response(answer);
        for (Map.Entry<String, String> header : answer.headers().entrySet()) {
            response = response.with(header.getKey(), header.getValue());
        }
        return response;
    }

    private static Response response(SmartHttp.Answer answer) throws IOException {
        String type = answer.headers().getOrDefault("Content-Type", "application/octet-stream");
        if (answer.status() == 200) {
            return Response.stream(200, type, answer.body()::write);
        }
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        answer.body().write(text);
        return Response.bytes(answer.status(), type, text.toByteArray());
    }
}
