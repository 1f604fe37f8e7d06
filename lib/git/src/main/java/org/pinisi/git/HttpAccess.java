package org.pinisi.git;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.pinisi.git.GitException.Kind;
import org.pinisi.http.ClientRequest;
import org.pinisi.http.ClientResponse;

/// One operation's access to a remote over HTTP: where it has moved to, and who we are to it. Used by one
/// thread.
final class HttpAccess {
    private static final int MOST_REDIRECTS = 5;
    private static final int SHOWN_BYTES = 1024;

    private final HttpSettings settings;
    private RemoteUrl url;
    private @Nullable Credential credential;
    private boolean fromSource;
    private boolean told;

    HttpAccess(HttpSettings settings, RemoteUrl url) {
        this.settings = settings;
        this.url = url;
        if (url.user().isPresent() && url.password().isPresent()) {
            credential = new Credential(url.user().get(), url.password().get());
        }
    }

    /// Where the remote is now, without secrets when shown.
    RemoteUrl url() {
        return url;
    }

    /// Asks for what a service has to show. The caller closes the answer, whose status is 200.
    ClientResponse advertise(Service service) throws IOException {
        String suffix = "/info/refs?service=" + service.program();
        for (int redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
            ClientResponse response = send(
                    suffix,
                    target -> ClientRequest.get(target)
                            .with("Accept", "*/*")
                            .with("Git-Protocol", service == Service.FETCH ? "version=2" : "version=1"));
            if (response.status() < 300 || response.status() > 399) {
                return accepted(response, "application/x-" + service.program() + "-advertisement");
            }
            Optional<String> location = response.fields().first("Location");
            response.close();
            url = moved(location.orElse(""), suffix);
        }
        throw new GitException(Kind.PROTOCOL, url + " sends us in circles: more than " + MOST_REDIRECTS + " redirects");
    }

    /// Says something to a service. The caller closes the answer, whose status is 200.
    ///
    /// @param body may be asked for its bytes twice
    ClientResponse post(Service service, HttpBody body) throws IOException {
        ClientResponse response = send(
                "/" + service.program(),
                target -> body.in(
                        ClientRequest.of("POST", target)
                                .with("Accept", "application/x-" + service.program() + "-result")
                                .with("Git-Protocol", service == Service.FETCH ? "version=2" : "version=1"),
                        "application/x-" + service.program() + "-request"));
        return accepted(response, "application/x-" + service.program() + "-result");
    }

    private interface Asking {
        ClientRequest of(String target);
    }

    /// Sends a request, a second time when the remote asks who we are and somebody knows.
    private ClientResponse send(String suffix, Asking asking) throws IOException {
        try {
            ClientResponse response = once(suffix, asking);
            if (response.status() != 401) {
                return response;
            }
            String challenge = response.fields().first("WWW-Authenticate").orElse("");
            response.close();
            refuse(challenge);
            credential = settings.credentials().find(url).orElseThrow(this::unknown);
            fromSource = true;
            response = once(suffix, asking);
            if (response.status() == 401) {
                response.close();
                refuse(challenge);
            }
            return response;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            InterruptedIOException failure = new InterruptedIOException("interrupted");
            failure.initCause(interrupted);
            throw failure;
        }
    }

    private ClientResponse once(String suffix, Asking asking) throws InterruptedException {
        String path =
                url.path().endsWith("/") ? url.path().substring(0, url.path().length() - 1) : url.path();
        ClientRequest request = asking.of(path + suffix).with("User-Agent", "git/pinisi");
        if (credential != null) {
            byte[] pair = (credential.user() + ":" + credential.password()).getBytes(UTF_8);
            request =
                    request.with("Authorization", "Basic " + Base64.getEncoder().encodeToString(pair));
        }
        return settings.send(url, request);
    }

    /// Ends the operation when the remote did not take what it was told, or asks in a way we do not know.
    private void refuse(String challenge) throws InterruptedException {
        if (credential != null) {
            if (fromSource) {
                settings.credentials().rejected(url, credential);
            }
            throw new GitException(
                    Kind.AUTHENTICATION, url + " does not take the user and password it was given; check both");
        }
        if (!challenge.toLowerCase(Locale.ROOT).startsWith("basic")) {
            throw new GitException(
                    Kind.AUTHENTICATION,
                    url + " asks who we are in a way that is not known here ("
                            + ProgressQueue.printable(challenge.split(" ", 2)[0]) + "); only Basic is");
        }
    }

    private GitException unknown() {
        return new GitException(
                Kind.AUTHENTICATION,
                url + " asks for a user and a password, and none is known; set up a credential helper"
                        + " (git-credential(1)), or use SSH");
    }

    private ClientResponse accepted(ClientResponse response, String type) throws IOException {
        String given = response.fields()
                .first("Content-Type")
                .orElse("")
                .split(";", 2)[0]
                .strip();
        if (response.status() == 200 && given.equalsIgnoreCase(type)) {
            tell();
            return response;
        }
        try (response) {
            throw refusal(response, given);
        }
    }

    private void tell() throws IOException {
        if (credential == null || !fromSource || told) {
            return;
        }
        told = true;
        try {
            settings.credentials().accepted(url, credential);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            InterruptedIOException failure = new InterruptedIOException("interrupted");
            failure.initCause(interrupted);
            throw failure;
        }
    }

    private GitException refusal(ClientResponse response, String type) throws IOException {
        int status = response.status();
        String said = type.equalsIgnoreCase("text/plain")
                ? ": " + Messages.printable(new String(response.body().readNBytes(SHOWN_BYTES), UTF_8))
                : "";
        return switch (status) {
            case 200 ->
                new GitException(
                        Kind.PROTOCOL,
                        "%s answers with %s instead of Git's protocol; is the address right?"
                                .formatted(url, type.isEmpty() ? "something untyped" : ProgressQueue.printable(type)));
            case 403 -> new GitException(Kind.AUTHENTICATION, url + " does not allow it (403)" + said);
            case 404, 410 -> new GitException(Kind.NOT_FOUND, url + " has no repository (" + status + ")" + said);
            case 408, 429, 500, 502, 503, 504 ->
                new GitException(Kind.UNREACHABLE, url + " cannot answer now (" + status + ")" + said);
            default -> new GitException(Kind.PROTOCOL, url + " answers with status " + status + said);
        };
    }

    /// The base of where a redirect leads.
    private RemoteUrl moved(String location, String suffix) {
        String absolute = location.startsWith("/") && !location.startsWith("//")
                ? url.scheme().name().toLowerCase(Locale.ROOT) + "://" + url.authority() + location
                : location;
        if (!absolute.endsWith(suffix)) {
            throw new GitException(
                    Kind.PROTOCOL, url + " sends us on to something that is no repository; is the address right?");
        }
        RemoteUrl next = RemoteUrl.parse(absolute.substring(0, absolute.length() - suffix.length()));
        boolean sameHost = next.host().equals(url.host())
                && (next.port() == url.port() || next.scheme() == RemoteUrl.Scheme.HTTPS);
        boolean allowed = switch (settings.redirects()) {
            case NONE -> false;
            case SAME_HOST -> sameHost;
            case ANY_HOST -> true;
        };
        boolean weaker = url.scheme() == RemoteUrl.Scheme.HTTPS && next.scheme() != RemoteUrl.Scheme.HTTPS;
        if (!allowed || weaker || !next.scheme().isHttp() || next.user().isPresent()) {
            throw new GitException(
                    Kind.PROTOCOL,
                    "%s sends us on to %s, which is not allowed; if that is right, use its address"
                            .formatted(url, next));
        }
        if (!next.host().equals(url.host())) {
            credential = null;
            fromSource = false;
        }
        return next;
    }
}
