package org.pinisi.certificates;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.pinisi.http.Certified;
import org.pinisi.http.HttpException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// One file of a repository of Contruno: its name a domain, its contents JSON with certificates and keys in
/// clear.
///
/// @param entry what is taken of it, if anything
/// @param notes what was found besides, and why what is not taken is not
record ContrunoFile(String file, Optional<BookEntry> entry, List<String> notes) {
    private static final int PORTS = 1 << 16;
    private static final int MOST_CERTIFICATES = 50;

    ContrunoFile {
        notes = List.copyOf(notes);
    }

    /// One certificate with its key, as Contruno writes them: a pair of a list of PEM and PEM.
    private record Pair(String chain, String key) {}

    /// @param file its name
    static ContrunoFile read(String file, byte[] bytes, Instant now) {
        String name;
        try {
            name = BookName.of(file);
        } catch (CertificateException notAName) {
            return skipped(file, "its name is no host name, so it is no domain's file");
        }
        try {
            List<String> notes = new ArrayList<>();
            ObjectNode root = BookJson.parse(bytes);
            BookEntry entry = BookEntry.of(name)
                    .withTarget(Optional.of(target(root, notes)))
                    .withProtocols(protocols(root, notes));
            Optional<Certified> certified = certificate(root, name, now, notes);
            BookEntry whole = certified
                    .map(given -> entry.withCertificate(
                            given,
                            Provenance.given(
                                    CertificateWords.authority(given.chain().getFirst()), now)))
                    .orElse(entry);
            return new ContrunoFile(file, Optional.of(whole), notes);
        } catch (CertificateException unusable) {
            return skipped(file, unusable.getMessage());
        }
    }

    static ContrunoFile skipped(String file, String why) {
        return new ContrunoFile(file, Optional.empty(), List.of(why));
    }

    private static String target(ObjectNode root, List<String> notes) {
        String given = BookJson.text(root, "ip");
        String ip = IpText.of(given)
                .orElseThrow(() -> new CertificateException(
                        "\"ip\" is \"" + BookText.line(given, BookText.SHORT) + "\" (expected: an IP address)"));
        if (root.path("port").isMissingNode() || root.path("port").isNull()) {
            return ip;
        }
        int port = BookJson.number(root, "port");
        if (port < 0 && port >= Short.MIN_VALUE) {
            int meant = port + PORTS;
            notes.add("its port " + port + " is " + meant + ", which does not fit where Contruno keeps it");
            port = meant;
        }
        if (port < 1 || port >= PORTS) {
            throw new CertificateException(
                    "\"port\" is " + port + " (expected: 1 to 65535, or what a signed 16-bit" + " number makes of it)");
        }
        return ip.contains(":") ? "[" + ip + "]:" + port : ip + ":" + port;
    }

    /// Each protocol is an empty object there, so that only their number tells something.
    private static List<String> protocols(ObjectNode root, List<String> notes) {
        JsonNode alpn = root.path("alpn");
        if (alpn.isMissingNode() || alpn.isNull()) {
            return List.of("http/1.1", "h2");
        }
        if (!alpn.isArray()) {
            throw new CertificateException("\"alpn\" is no list");
        }
        if (alpn.size() == 1) {
            notes.add("it does not say which one protocol its target speaks; http/1.1 is taken, as Contruno does");
        }
        return alpn.size() > 1 ? List.of("http/1.1", "h2") : List.of("http/1.1");
    }

    private static Optional<Certified> certificate(ObjectNode root, String name, Instant now, List<String> notes) {
        if (root.path("own_cert").isMissingNode()) {
            throw new CertificateException("\"own_cert\" is missing");
        }
        List<Pair> pairs = pairs(root.path("own_cert"))
                .orElseThrow(() -> new CertificateException(
                        "\"own_cert\" has none of the shapes that Contruno writes: [[PEM, …], PEM], a list of those, or"
                                + " one and a list of those"));
        List<Certified> usable = new ArrayList<>();
        for (Pair pair : pairs) {
            certified(pair, name, now, notes).ifPresent(usable::add);
        }
        if (usable.size() > 1) {
            notes.add("of its " + usable.size() + " certificates the one that lives longest is taken");
        }
        if (pairs.isEmpty()) {
            notes.add("it has no certificate");
        }
        return usable.stream()
                .max(Comparator.comparing(
                        certified -> certified.chain().getFirst().getNotAfter()));
    }

    private static Optional<Certified> certified(Pair pair, String name, Instant now, List<String> notes) {
        try {
            Certified certified = Certified.parse(pair.chain(), pair.key());
            List<String> names = CertificateWords.names(certified.chain().getFirst());
            Instant end = certified.chain().getFirst().getNotAfter().toInstant();
            if (!names.contains(name)) {
                notes.add("a certificate of " + names + " is not for " + name + ", and is not taken");
                return Optional.empty();
            }
            if (!end.isAfter(now)) {
                notes.add("its certificate expired at " + end + ", and is not taken; the edge asks for a new one");
                return Optional.empty();
            }
            return Optional.of(certified);
        } catch (HttpException unusable) {
            notes.add("a certificate is not taken: "
                    + BookText.line(String.valueOf(unusable.getMessage()), BookText.SHORT));
            return Optional.empty();
        }
    }

    /// The shapes in the order in which Contruno tries them.
    private static Optional<List<Pair>> pairs(JsonNode node) {
        return several(node).or(() -> withDefault(node)).or(() -> single(node).map(List::of));
    }

    private static Optional<List<Pair>> several(JsonNode node) {
        if (!node.isArray() || node.size() > MOST_CERTIFICATES) {
            return Optional.empty();
        }
        List<Pair> pairs = new ArrayList<>();
        for (JsonNode element : node) {
            Optional<Pair> pair = single(element);
            if (pair.isEmpty()) {
                return Optional.empty();
            }
            pairs.add(pair.get());
        }
        return Optional.of(pairs);
    }

    private static Optional<List<Pair>> withDefault(JsonNode node) {
        if (!node.isArray() || node.size() != 2) {
            return Optional.empty();
        }
        return single(node.get(0))
                .flatMap(first -> several(node.get(1))
                        .map(rest ->
                                Stream.concat(Stream.of(first), rest.stream()).toList()));
    }

    private static Optional<Pair> single(JsonNode node) {
        boolean shaped = node.isArray()
                && node.size() == 2
                && node.get(0).isArray()
                && node.get(1).isString();
        if (!shaped || node.get(0).isEmpty()) {
            return Optional.empty();
        }
        StringBuilder chain = new StringBuilder();
        for (JsonNode certificate : node.get(0)) {
            if (!certificate.isString()) {
                return Optional.empty();
            }
            chain.append(certificate.stringValue()).append('\n');
        }
        return Optional.of(new Pair(chain.toString(), node.get(1).stringValue()));
    }
}
