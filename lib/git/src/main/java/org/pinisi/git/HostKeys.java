package org.pinisi.git;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.pinisi.git.GitException.Kind;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How a client knows that an SSH server is the right one. Immutable; files are read at each connection.
public final class HostKeys {
    private static final Logger LOG = LoggerFactory.getLogger(HostKeys.class);
    private static final Set<String> ANY_TYPE = Set.of();

    private final Policy policy;

    private HostKeys(Policy policy) {
        this.policy = policy;
    }

    private sealed interface Policy {
        record Known(List<Path> files) implements Policy {}

        record AcceptNew(Path file) implements Policy {}

        /// @param types of which the key must be; any when empty
        record Pinned(String fingerprint, Set<String> types) implements Policy {}

        record Unchecked() implements Policy {}
    }

    /// A server must have a key that one of these `known_hosts` files names (sshd(8), "SSH_KNOWN_HOSTS FILE
    /// FORMAT"); a file that does not exist names none. Hashed names, patterns, ports and `@revoked` are
    /// understood; a line with `@cert-authority` helps nobody, and the refusal says so.
    public static HostKeys known(Path... files) {
        return new HostKeys(new Policy.Known(List.of(files)));
    }

    /// As [#known], but a server of which the file knows no key at all is trusted once, and its key is
    /// written down. The first connection is open to whoever stands in between.
    public static HostKeys acceptNew(Path file) {
        return new HostKeys(new Policy.AcceptNew(requireNonNull(file, "file")));
    }

    /// A server must have the one key with this fingerprint: `SHA256:` and 43 characters, as `ssh-keygen
    /// -l` shows it, for a key of any type; `rsa:`, `ed25519:` or `ecdsa:` and the same 43 characters for
    /// a key of that type alone; or the public key itself in base64 (`AAAA…`), with or without its type
    /// before it.
    ///
    /// @throws GitException when the text has another form
    public static HostKeys pinned(String text) {
        return new HostKeys(parse(text.strip()));
    }

    /// Any server is trusted: whoever stands in between can be it. For tests.
    public static HostKeys unchecked() {
        return new HostKeys(new Policy.Unchecked());
    }

    private static Policy parse(String text) {
        int space = text.indexOf(' ');
        String key = space < 0 ? text : text.substring(space + 1).split(" ", 2)[0];
        if (key.startsWith("AAAA")) {
            try {
                byte[] blob = Base64.getDecoder().decode(key);
                return new Policy.Pinned(SshKeys.fingerprint(blob), ANY_TYPE);
            } catch (IllegalArgumentException malformed) {
                throw new GitException("the public key of a host is not base64", malformed);
            }
        }
        int colon = text.indexOf(':');
        String type = colon < 0 ? "" : text.substring(0, colon).toLowerCase(Locale.ROOT);
        String digest =
                text.substring(colon + 1).replaceFirst("^(?i)SHA256:", "").replaceFirst("=$", "");
        Set<String> types = switch (type) {
            case "sha256" -> ANY_TYPE;
            case "rsa" -> Set.of("ssh-rsa");
            case "ed25519" -> Set.of("ssh-ed25519");
            case "ecdsa" -> Set.of("ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521");
            default -> throw malformed();
        };
        if (!digest.matches("[A-Za-z0-9+/]{43}")) {
            throw malformed();
        }
        return new Policy.Pinned("SHA256:" + digest, types);
    }

    private static GitException malformed() {
        return new GitException("a host key is given as SHA256: and 43 characters of base64, as ssh-keygen -l shows it;"
                + " or with rsa:, ed25519: or ecdsa: in the place of SHA256:");
    }

    /// The types of keys to ask the server for, in the order of as many connections as it takes: a server
    /// shows one key a connection. Each holds the types to prefer.
    List<Set<String>> attempts(RemoteUrl url) {
        return switch (policy) {
            case Policy.Known(List<Path> files) ->
                List.of(KnownHosts.read(files).types(url));
            case Policy.AcceptNew(Path file) ->
                List.of(KnownHosts.read(List.of(file)).types(url));
            case Policy.Pinned(String _, Set<String> types) ->
                types.isEmpty()
                        ? List.of(
                                Set.of("ssh-ed25519"),
                                Set.of("ssh-rsa"),
                                Set.of("ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521"))
                        : List.of(types);
            case Policy.Unchecked() -> List.of(ANY_TYPE);
        };
    }

    /// Whether it is about one key, so that showing another type of key is of no use.
    boolean isPinned() {
        return policy instanceof Policy.Pinned;
    }

    /// Why the server with this key is not the right one, or empty when it is.
    Optional<GitException> refusal(RemoteUrl url, byte[] key) {
        return switch (policy) {
            case Policy.Known(List<Path> files) -> refusal(KnownHosts.read(files), files, url, key);
            case Policy.AcceptNew(Path file) -> {
                KnownHosts known = KnownHosts.read(List.of(file));
                if (known.keys(url).isEmpty() && !known.isRevoked(url, key)) {
                    KnownHosts.add(file, url, key);
                    LOG.info(
                            "event=host_key_accepted host=\"{}\" key=\"{}\" file=\"{}\"",
                            url.authority(),
                            SshKeys.fingerprint(key),
                            file);
                    yield Optional.empty();
                }
                yield refusal(known, List.of(file), url, key);
            }
            case Policy.Pinned(String fingerprint, Set<String> types) -> {
                boolean right = fingerprint.equals(SshKeys.fingerprint(key))
                        && (types.isEmpty() || types.contains(SshKeys.type(key)));
                yield right
                        ? Optional.empty()
                        : Optional.of(new GitException(
                                Kind.HOST_KEY_CHANGED,
                                "the host key of %s is not the expected one: expected is %s, the host shows %s"
                                        .formatted(url.authority(), fingerprint, SshKeys.describe(key))));
            }
            case Policy.Unchecked() -> {
                LOG.warn("event=host_key_unchecked host=\"{}\" key=\"{}\"", url.authority(), SshKeys.fingerprint(key));
                yield Optional.empty();
            }
        };
    }

    private static Optional<GitException> refusal(KnownHosts known, List<Path> files, RemoteUrl url, byte[] key) {
        if (known.isRevoked(url, key)) {
            return Optional.of(new GitException(
                    Kind.HOST_KEY_CHANGED,
                    "the host key %s of %s is marked as revoked".formatted(SshKeys.describe(key), url.authority())));
        }
        List<KnownHosts.Entry> keys = known.keys(url);
        if (keys.stream().anyMatch(entry -> Arrays.equals(entry.key(), key))) {
            return Optional.empty();
        }
        if (keys.isEmpty()) {
            return Optional.of(unknown(known, files, url, key));
        }
        String type = SshKeys.type(key);
        KnownHosts.Entry entry = keys.stream()
                .filter(candidate -> SshKeys.type(candidate.key()).equals(type))
                .findFirst()
                .orElse(keys.getFirst());
        return Optional.of(new GitException(
                Kind.HOST_KEY_CHANGED,
                "the host key of %s has changed: %s:%d knows %s, the host shows %s. Somebody may stand in between; if the change is right, replace that line"
                        .formatted(
                                url.authority(),
                                entry.file(),
                                entry.line(),
                                SshKeys.describe(entry.key()),
                                SshKeys.describe(key))));
    }

    private static GitException unknown(KnownHosts known, List<Path> files, RemoteUrl url, byte[] key) {
        String place = files.isEmpty() ? "" : " in " + files.getFirst();
        String authorities = known.authority(url)
                .map(entry -> " (%s:%d names an authority that signs host keys, which is not supported here)"
                        .formatted(entry.file(), entry.line()))
                .orElse("");
        return new GitException(
                Kind.HOST_KEY_UNKNOWN,
                "no host key is known for %s%s%s; it shows %s. Compare that with what its owner says, and add it: ssh-keyscan -p %d %s"
                        .formatted(url.authority(), place, authorities, SshKeys.describe(key), url.port(), url.host()));
    }
}
