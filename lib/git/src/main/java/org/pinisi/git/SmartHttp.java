package org.pinisi.git;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.eclipse.jgit.transport.PacketLineOut;
import org.eclipse.jgit.transport.ReceivePack;
import org.eclipse.jgit.transport.RefAdvertiser.PacketLineOutRefAdvertiser;
import org.eclipse.jgit.util.io.LimitedInputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Git's smart HTTP protocol (gitprotocol-http(5)), apart from any HTTP server.
final class SmartHttp {
    private static final Logger LOG = LoggerFactory.getLogger(SmartHttp.class);

    // No escapes, so nothing to decode: a name has none of the characters that need them.
    private static final Pattern PATH =
            Pattern.compile("/([a-z0-9-]{1,63})(?:\\.git)?/(info/refs|git-upload-pack|git-receive-pack)");
    private static final String FETCH = "git-upload-pack";
    private static final String PUSH = "git-receive-pack";
    private static final int BUFFER = 32 * 1024;
    private static final long NEGOTIATION_BYTES = 64L << 20;
    private static final long DRAIN_BYTES = 64L << 20;

    private final RepositoryStore store;
    private final PushListener listener;

    SmartHttp(RepositoryStore store, PushListener listener) {
        this.store = store;
        this.listener = listener;
    }

    /// One request, as the server saw it.
    ///
    /// @param path the raw path below the mount, beginning with `/`
    /// @param query the raw query, or empty
    /// @param header looks a field up by its lower-case name
    /// @param pusher the remote address, for people
    /// @param mayPush whether this request may push
    record Call(
            String method,
            String path,
            String query,
            Function<String, Optional<String>> header,
            InputStream body,
            String pusher,
            boolean mayPush) {}

    /// What to answer. The body is written by whoever serves, who flushes whenever the writer does.
    record Answer(int status, Map<String, String> headers, Body body) {}

    /// Writes an answer's body, reading the rest of the request meanwhile.
    interface Body {
        void write(OutputStream out) throws IOException;
    }

    Answer answer(Call call) {
        Matcher path = PATH.matcher(call.path());
        Optional<RepositoryName> name = path.matches() ? RepositoryName.parse(path.group(1)) : Optional.empty();
        if (name.isEmpty()) {
            return text(
                    404,
                    "There is no repository here; its address is https://HOST/git/NAME.git with a NAME of"
                            + " a-z, 0-9 and -.");
        }
        String last = path.group(2);
        if (last.equals("info/refs")) {
            return call.method().equals("GET") ? advertise(call, name.get()) : wrongMethod("GET");
        }
        if (!call.method().equals("POST")) {
            return wrongMethod("POST");
        }
        String expected = "application/x-" + last + "-request";
        if (!call.header().apply("content-type").orElse("").equals(expected)) {
            return text(415, "Expected the content type " + expected + ".");
        }
        try {
            InputStream body = decoded(call);
            return last.equals(PUSH) ? push(call, name.get(), body) : fetch(call, name.get(), body);
        } catch (IOException malformed) {
            LOG.debug("event=request_body_unreadable repository={}", name.get(), malformed);
            return text(400, "The request's body cannot be read: " + malformed.getMessage());
        }
    }

    private Answer advertise(Call call, RepositoryName name) {
        return switch (call.query()) {
            case "service=" + FETCH -> advertiseFetch(call, name);
            case "service=" + PUSH -> call.mayPush() ? advertisePush(name) : mayNotPush(call);
            default ->
                text(
                        403,
                        "This server speaks the smart HTTP protocol only; use git 1.6.6 or newer to clone " + name
                                + ".");
        };
    }

    private Answer advertiseFetch(Call call, RepositoryName name) {
        Optional<GitRepository> repository = store.find(name);
        if (repository.isEmpty()) {
            return noRepository(name);
        }
        FetchSession session =
                new FetchSession(store, repository.get(), call.header().apply("git-protocol"));
        return git(FETCH + "-advertisement", session::advertise);
    }

    private Answer advertisePush(RepositoryName name) {
        return git(PUSH + "-advertisement", out -> {
            out.write(Packets.packet("# service=" + PUSH + "\n"));
            out.write(Packets.FLUSH);
            Optional<GitRepository> present = store.find(name);
            if (present.isPresent()) {
                advertisePush(present.get().jgit(), out);
                return;
            }
            try (Repository empty = new FileRepositoryBuilder()
                    .setGitDir(store.folder().empty().toFile())
                    .setBare()
                    .setMustExist(true)
                    .build()) {
                advertisePush(empty, out);
            }
        });
    }

    private static void advertisePush(Repository repository, OutputStream out) throws IOException {
        ReceivePack receiver = new ReceivePack(repository);
        receiver.setBiDirectionalPipe(false);
        receiver.setAllowPushOptions(true);
        receiver.setAdvertisedRefs(PushReceiver.visible(repository), Set.of());
        receiver.sendAdvertisedRefs(new PacketLineOutRefAdvertiser(new PacketLineOut(out)));
    }

    private Answer fetch(Call call, RepositoryName name, InputStream body) {
        Optional<GitRepository> repository = store.find(name);
        if (repository.isEmpty()) {
            return noRepository(name);
        }
        FetchSession session =
                new FetchSession(store, repository.get(), call.header().apply("git-protocol"));
        return git(FETCH + "-result", out -> {
            try {
                session.run(body, out, null, false);
            } catch (GitException busy) {
                out.write(Packets.error(busy.getMessage()));
            }
        });
    }

    private Answer push(Call call, RepositoryName name, InputStream body) {
        if (!call.mayPush()) {
            return mayNotPush(call);
        }
        return git(PUSH + "-result", out -> {
            try (PushSession session = PushSession.open(store, listener, name, call.pusher())) {
                session.run(body, out, null, false);
            } catch (GitException refused) {
                out.write(Packets.fatal(refused.getMessage()));
            }
            // A client that still sends reads the answer only when its sending does not fail.
            out.flush();
            drain(body);
        });
    }

    private static void drain(InputStream body) throws IOException {
        byte[] waste = new byte[BUFFER];
        long left = DRAIN_BYTES;
        for (int count = body.read(waste); count >= 0 && left > 0; count = body.read(waste)) {
            left -= count;
        }
    }

    private static InputStream decoded(Call call) throws IOException {
        InputStream body = switch (call.header().apply("content-encoding").orElse("identity")) {
            case "identity" -> call.body();
            case "gzip", "x-gzip" -> new GZIPInputStream(call.body(), BUFFER);
            default -> throw new IOException("only gzip is understood as content encoding");
        };
        BufferedInputStream plain = new BufferedInputStream(body, BUFFER);
        // A client may wait for "100 Continue" before it sends, and for that someone must begin to read.
        plain.mark(1);
        if (plain.read() >= 0) {
            plain.reset();
        }
        if (call.path().endsWith(PUSH)) {
            return plain;
        }
        return new LimitedInputStream(plain, NEGOTIATION_BYTES) {
            @Override
            protected void limitExceeded() throws IOException {
                throw new IOException("the request has more than " + limit + " bytes");
            }
        };
    }

    private static Answer noRepository(RepositoryName name) {
        return text(404, "There is no repository " + name + " yet; the first push makes it.");
    }

    private static Answer mayNotPush(Call call) {
        return text(
                403,
                "You may not push over HTTP from " + call.pusher() + "; push over SSH, or ask the server's owner.");
    }

    private static Answer wrongMethod(String allowed) {
        Answer answer = text(405, "Expected the method " + allowed + ".");
        answer.headers().put("Allow", allowed);
        return answer;
    }

    private static Answer git(String type, Body body) {
        return new Answer(200, headers("application/x-" + type), out -> {
            BufferedOutputStream buffered = new BufferedOutputStream(out, BUFFER);
            body.write(buffered);
            buffered.flush();
        });
    }

    private static Answer text(int status, String text) {
        return new Answer(
                status, headers("text/plain; charset=utf-8"), out -> out.write((text + "\n").getBytes(UTF_8)));
    }

    // What git-http-backend(1) sends, so that no cache on the way ever answers.
    private static Map<String, String> headers(String type) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Content-Type", type);
        headers.put("Cache-Control", "no-cache, max-age=0, must-revalidate");
        headers.put("Pragma", "no-cache");
        headers.put("Expires", "Fri, 01 Jan 1980 00:00:00 GMT");
        return headers;
    }
}
