package org.pinisi.git;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/// Reads the text of a [RemoteUrl]. Its messages never repeat what stands before an `@`.
final class RemoteUrlParser {
    private static final int LONGEST = 4096;
    private static final String EXPECTED = " (expected: ssh://user@host/path, user@host:path, git://host/path,"
            + " https://host/path or the absolute path of a folder)";

    private RemoteUrlParser() {}

    static RemoteUrl parse(String text) {
        if (text.isEmpty() || text.length() > LONGEST) {
            throw new GitException("a remote has 1 to " + LONGEST + " characters, not " + text.length() + EXPECTED);
        }
        refuseControls("remote", text);
        if (text.indexOf('#') >= 0) {
            throw new GitException(
                    "the remote " + shown(text) + " has a branch (#…), where none is expected; a # that belongs to"
                            + " the path is written %23 in a URL");
        }
        int scheme = text.indexOf("://");
        if (scheme > 0) {
            return url(text.substring(0, scheme).toLowerCase(Locale.ROOT), text.substring(scheme + 3), text);
        }
        if (text.startsWith("/") || text.startsWith("./") || text.startsWith("../")) {
            return file(text);
        }
        return scp(text);
    }

    private static RemoteUrl url(String scheme, String rest, String text) {
        return switch (scheme) {
            case "file" -> fileUrl(rest, text);
            case "ssh", "git+ssh", "ssh+git" -> network(RemoteUrl.Scheme.SSH, rest, text);
            case "git" -> network(RemoteUrl.Scheme.GIT, rest, text);
            case "http" -> network(RemoteUrl.Scheme.HTTP, rest, text);
            case "https" -> network(RemoteUrl.Scheme.HTTPS, rest, text);
            default ->
                throw new GitException("\"" + scheme + "\" is no scheme of Git's that is spoken here" + EXPECTED);
        };
    }

    private static RemoteUrl fileUrl(String rest, String text) {
        if (!rest.startsWith("/")) {
            throw new GitException(
                    shown(text) + " names another machine; a file URL has three slashes: file:///path/to/folder");
        }
        return file(decode(rest, text));
    }

    private static RemoteUrl file(String path) {
        return RemoteUrl.file(Path.of(part("path", path)).toAbsolutePath().normalize());
    }

    private static RemoteUrl network(RemoteUrl.Scheme scheme, String rest, String text) {
        int slash = rest.indexOf('/');
        if (slash < 0 || slash == rest.length() - 1) {
            throw new GitException("the remote " + shown(text) + " has no path" + EXPECTED);
        }
        String authority = rest.substring(0, slash);
        String rawPath = rest.substring(slash);
        int at = authority.lastIndexOf('@');
        Optional<String> user = Optional.empty();
        Optional<String> password = Optional.empty();
        if (at >= 0) {
            if (scheme == RemoteUrl.Scheme.GIT) {
                throw new GitException("git:// asks nobody who they are, so " + shown(text) + " may not name a user");
            }
            String info = authority.substring(0, at);
            int colon = info.indexOf(':');
            if (colon >= 0 && scheme == RemoteUrl.Scheme.SSH) {
                throw new GitException("a password has no place in the remote " + shown(text)
                        + "; give it as an identity, or use a key");
            }
            user = Optional.of(decode(colon < 0 ? info : info.substring(0, colon), text));
            password = colon < 0 ? Optional.empty() : Optional.of(decode(info.substring(colon + 1), text));
            password.ifPresent(secret -> refuseControls("password", secret));
        }
        HostPort place = hostPort(authority.substring(at + 1), scheme, text);
        String path = scheme.isHttp() ? httpPath(rawPath, text) : decode(rawPath, text);
        boolean home = scheme == RemoteUrl.Scheme.SSH && path.startsWith("/~");
        return new RemoteUrl(scheme, user, password, place.host, place.port, home ? path.substring(1) : path);
    }

    private static RemoteUrl scp(String text) {
        int bracket = text.indexOf('[');
        int colon = bracket < 0 ? text.indexOf(':') : text.indexOf("]:", bracket) + 1;
        int slash = text.indexOf('/');
        if (colon <= 0 || (slash >= 0 && slash < colon)) {
            throw new GitException("\"" + shown(text) + "\" is not a remote" + EXPECTED);
        }
        String path = text.substring(colon + 1);
        if (path.startsWith(":")) {
            throw new GitException("remote helpers (" + text.substring(0, colon) + "::…) are not run here" + EXPECTED);
        }
        String authority = text.substring(0, colon);
        int at = authority.lastIndexOf('@');
        Optional<String> user = at < 0 ? Optional.empty() : Optional.of(authority.substring(0, at));
        String place = authority.substring(at + 1);
        // git takes [host:port]:path as well.
        boolean withPort = place.startsWith("[") && place.indexOf(':') == place.lastIndexOf(':');
        HostPort parsed =
                hostPort(withPort ? place.substring(1, place.length() - 1) : place, RemoteUrl.Scheme.SSH, text);
        return new RemoteUrl(RemoteUrl.Scheme.SSH, user, Optional.empty(), parsed.host, parsed.port, path);
    }

    private record HostPort(String host, int port) {}

    private static HostPort hostPort(String text, RemoteUrl.Scheme scheme, String whole) {
        int end = text.startsWith("[") ? text.indexOf(']') + 1 : text.indexOf(':');
        if (text.startsWith("[") && end == 0) {
            throw new GitException("the remote " + shown(whole) + " has a [ without its ]");
        }
        String host = end < 0 ? text : text.substring(0, end);
        String rest = end < 0 ? "" : text.substring(end);
        String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        if (rest.isEmpty() || rest.equals(":")) {
            return new HostPort(bare, scheme.port());
        }
        String digits = rest.substring(1);
        boolean number = rest.startsWith(":")
                && digits.length() <= 5
                && digits.chars().allMatch(digit -> digit >= '0' && digit <= '9');
        if (!number) {
            throw new GitException("the remote " + shown(whole) + " has a port that is no number");
        }
        return new HostPort(bare, Integer.parseInt(digits));
    }

    private static String httpPath(String raw, String text) {
        boolean sendable = raw.chars().allMatch(c -> c > ' ' && c < 0x7f && "\"<>\\^`{|}".indexOf(c) < 0);
        if (!sendable || raw.indexOf('?') >= 0) {
            throw new GitException("the path of " + shown(text)
                    + " has a character that must be percent-encoded, or a query, which Git's addresses cannot have");
        }
        refuseControls("path", decode(raw, text));
        return raw;
    }

    /// A user or path that no program takes for an option.
    static String part(String what, String text) {
        refuseControls(what, text);
        if (text.isEmpty() || text.startsWith("-")) {
            throw new GitException("the " + what + " of a remote must not be empty, nor begin with -");
        }
        return text;
    }

    static void host(String host) {
        boolean fine = host.chars().allMatch(c -> c > ' ' && c < 0x7f && "\"'/\\@[]#?%$`;&|<>(){}*!,".indexOf(c) < 0);
        boolean literal = host.chars().allMatch(c -> c == ':' || c == '.' || Character.digit(c, 16) >= 0);
        if (!fine || host.startsWith("-") || (host.indexOf(':') >= 0 && !literal)) {
            throw new GitException("a remote's host must be a name or an address; write an international name in its"
                    + " xn-- form, and an IPv6 address in brackets");
        }
    }

    private static void refuseControls(String what, String text) {
        if (text.chars().anyMatch(c -> c < ' ' || c == 0x7f || (c >= 0x80 && c < 0xa0))) {
            throw new GitException("the " + what + " of a remote must not have control characters");
        }
    }

    private static String decode(String raw, String text) {
        if (raw.indexOf('%') < 0) {
            return raw;
        }
        byte[] bytes = raw.getBytes(UTF_8);
        ByteArrayOutputStream decoded = new ByteArrayOutputStream(bytes.length);
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] != '%') {
                decoded.write(bytes[i]);
                continue;
            }
            int high = i + 2 < bytes.length ? Character.digit(bytes[i + 1], 16) : -1;
            int low = i + 2 < bytes.length ? Character.digit(bytes[i + 2], 16) : -1;
            if (high < 0 || low < 0) {
                throw new GitException(
                        "the remote " + shown(text) + " has a % that is not followed by two hexadecimal digits");
            }
            decoded.write((high << 4) | low);
            i += 2;
        }
        try {
            return UTF_8.newDecoder()
                    .decode(ByteBuffer.wrap(decoded.toByteArray()))
                    .toString();
        } catch (CharacterCodingException notText) {
            throw new GitException("the remote " + shown(text) + " has escapes that are no UTF-8", notText);
        }
    }

    /// The text without what stands between a scheme and the last `@`: a password may have a `/` by
    /// mistake.
    static String shown(String text) {
        int scheme = text.indexOf("://");
        int at = text.lastIndexOf('@');
        String hidden = scheme < 0 || at < 0 ? text : text.substring(0, scheme + 3) + text.substring(at + 1);
        String printable = ProgressQueue.printable(hidden);
        return printable.length() <= 200 ? printable : printable.substring(0, 200) + "…";
    }
}
