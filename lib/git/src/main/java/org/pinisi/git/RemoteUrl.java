package org.pinisi.git;

import static java.util.Objects.requireNonNull;

import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/// The address of a repository elsewhere. In text:
///
/// | text | meaning |
/// |---|---|
/// | `ssh://user@host:port/path` | over SSH; user and port may be missing |
/// | `user@host:path` | the same, with the path as the server's shell sees it from the user's home |
/// | `git://host:port/path` | Git's own protocol: nobody is asked who they are, nothing is encrypted |
/// | `http://host:port/path`, `https://…` | smart HTTP; `user:password@` may stand before the host |
/// | `/path`, `./path`, `file:///path` | a repository on this machine |
///
/// Percent-escapes are decoded, save in the path of HTTP, which is sent as written. Neither control
/// characters nor names that a program could take for an option (`-oProxyCommand=…`) are taken, however
/// they are written.
///
/// @param host lower case, an IPv6 address without brackets; the empty string for a path on this machine
/// @param port 1 to 65535; the scheme's own where the text had none
/// @param path as the server gets it: with a leading `/` save for `user@host:path` and
///     `ssh://host/~user/…`
/// @param password only from HTTP; [#toString] never shows it, nor the user of HTTP, which may be a token
public record RemoteUrl(
        Scheme scheme, Optional<String> user, Optional<String> password, String host, int port, String path) {
    /// How to get there.
    public enum Scheme {
        SSH(22),
        GIT(9418),
        HTTP(80),
        HTTPS(443),
        FILE(1);

        private final int port;

        Scheme(int port) {
            this.port = port;
        }

        /// The port where none is given.
        int port() {
            return port;
        }

        boolean isHttp() {
            return this == HTTP || this == HTTPS;
        }
    }

    /// @throws GitException when a part has a character that it must not have, or looks like an option
    public RemoteUrl {
        requireNonNull(scheme, "scheme");
        requireNonNull(password, "password");
        if (port < 1 || port > 65_535) {
            throw new GitException("a remote's port: " + port + " (expected: 1 to 65535)");
        }
        host = host.toLowerCase(Locale.ROOT);
        user.ifPresent(name -> RemoteUrlParser.part("user", name));
        RemoteUrlParser.part("path", path);
        if ((scheme == Scheme.FILE) != host.isEmpty()) {
            throw new GitException("a remote's host is missing; expected for example ssh://git@example.org/name.git");
        }
        if (!host.isEmpty()) {
            RemoteUrlParser.host(host);
        }
    }

    /// Reads any of the forms above.
    ///
    /// @throws GitException that says what was expected, without the text's secrets
    public static RemoteUrl parse(String text) {
        return RemoteUrlParser.parse(text);
    }

    /// The path of a repository on this machine.
    public static RemoteUrl file(java.nio.file.Path path) {
        return new RemoteUrl(
                Scheme.FILE,
                Optional.empty(),
                Optional.empty(),
                "",
                Scheme.FILE.port,
                path.toAbsolutePath().toString());
    }

    /// Whether both name the same service, so that what is secret to one may be told to the other.
    boolean sameService(RemoteUrl other) {
        return scheme == other.scheme && host.equals(other.host) && port == other.port;
    }

    /// `host`, or `host:port` where the port is not the scheme's own.
    String authority() {
        String literal = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        return port == scheme.port ? literal : literal + ":" + port;
    }

    /// Without secrets, for messages and logs; a form that [#parse] reads.
    @Override
    public String toString() {
        String place = scheme == Scheme.SSH ? user.map(name -> name + "@").orElse("") : "";
        return switch (scheme) {
            case FILE -> path;
            case GIT, HTTP, HTTPS -> scheme.name().toLowerCase(Locale.ROOT) + "://" + authority() + path;
            case SSH -> {
                boolean rooted = path.startsWith("/");
                boolean home = path.startsWith("~");
                yield rooted || home || port != scheme.port
                        ? "ssh://" + place + authority() + (rooted ? "" : "/") + path
                        : place + authority() + ":" + path;
            }
        };
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RemoteUrl that
                && sameService(that)
                && path.equals(that.path)
                && user.equals(that.user)
                && password.equals(that.password);
    }

    @Override
    public int hashCode() {
        return Objects.hash(scheme, host, port, path, user);
    }
}
