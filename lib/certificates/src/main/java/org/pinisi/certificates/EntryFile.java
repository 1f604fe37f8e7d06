package org.pinisi.certificates;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `entry.json` of a name: all that is neither certificate nor key.
record EntryFile(
        Optional<String> target,
        List<String> protocols,
        Optional<Instant> wanted,
        Optional<Description> certificate,
        List<Attempt> attempts) {
    static final EntryFile EMPTY =
            new EntryFile(Optional.empty(), List.of(), Optional.empty(), Optional.empty(), List.of());

    EntryFile {
        target.ifPresent(BookTarget::check);
        protocols = BookTarget.protocols(protocols);
        attempts =
                List.copyOf(attempts.subList(Math.max(0, attempts.size() - BookEntry.MOST_ATTEMPTS), attempts.size()));
    }

    /// Where the certificate with this fingerprint came from.
    ///
    /// @param fingerprint SHA-256, in hexadecimal digits
    /// @param notAfter its end
    record Description(String fingerprint, Instant notAfter, Provenance provenance) {}

    EntryFile withTarget(Optional<String> other) {
        return new EntryFile(other, protocols, wanted, certificate, attempts);
    }

    EntryFile withProtocols(List<String> others) {
        return new EntryFile(target, others, wanted, certificate, attempts);
    }

    EntryFile withWanted(Optional<Instant> other) {
        return new EntryFile(target, protocols, other, certificate, attempts);
    }

    EntryFile withCertificate(Description other) {
        return new EntryFile(target, protocols, wanted, Optional.of(other), attempts);
    }

    EntryFile with(Attempt attempt) {
        return new EntryFile(
                target,
                protocols,
                wanted,
                certificate,
                Stream.concat(attempts.stream(), Stream.of(attempt)).toList());
    }

    /// @throws CertificateException that says which field is wrong
    static EntryFile read(byte[] bytes) {
        ObjectNode root = BookJson.parse(bytes);
        JsonNode described = root.path("certificate");
        return new EntryFile(
                BookJson.optionalText(root, "target"),
                BookJson.list(root, "protocols", BookJson::element),
                BookJson.optionalInstant(root, "wanted"),
                described.isObject() ? Optional.of(description(described)) : Optional.empty(),
                BookJson.list(root, "attempts", EntryFile::attempt));
    }

    /// @param before what the file held, whose fields that are not known here stay
    byte[] write(Optional<byte[]> before) {
        ObjectNode root = before.map(BookJson::parse).orElseGet(BookJson::object);
        BookJson.set(root, "target", target);
        root.remove("protocols");
        if (!protocols.isEmpty()) {
            ArrayNode list = root.putArray("protocols");
            protocols.forEach(list::add);
        }
        BookJson.set(root, "wanted", wanted);
        root.remove("certificate");
        certificate.ifPresent(known -> write(known, root.putObject("certificate")));
        root.remove("attempts");
        if (!attempts.isEmpty()) {
            ArrayNode list = root.putArray("attempts");
            attempts.forEach(attempt -> write(attempt, list.addObject()));
        }
        return BookJson.bytes(root);
    }

    private static Description description(JsonNode node) {
        return new Description(
                BookJson.text(node, "fingerprint"),
                BookJson.instant(node, "valid-until"),
                new Provenance(
                        BookJson.word(node, "source", Provenance.Source.class),
                        BookJson.text(node, "authority"),
                        BookJson.optionalUri(node, "directory"),
                        BookJson.optionalUri(node, "location"),
                        BookJson.optionalText(node, "profile"),
                        BookJson.optionalText(node, "challenge"),
                        BookJson.instant(node, "at")));
    }

    private static void write(Description known, ObjectNode node) {
        Provenance from = known.provenance();
        node.put("fingerprint", known.fingerprint());
        node.put("valid-until", known.notAfter().toString());
        node.put("source", BookJson.word(from.source()));
        node.put("authority", from.authority());
        BookJson.set(node, "directory", from.directory());
        BookJson.set(node, "location", from.location());
        BookJson.set(node, "profile", from.profile());
        BookJson.set(node, "challenge", from.challenge());
        node.put("at", from.at().toString());
    }

    private static Attempt attempt(JsonNode node) {
        return new Attempt(
                BookJson.instant(node, "at"),
                BookJson.word(node, "outcome", Attempt.Outcome.class),
                BookJson.text(node, "authority"),
                BookJson.optionalText(node, "challenge"),
                BookJson.text(node, "words"),
                BookJson.optionalInstant(node, "next-try"));
    }

    private static void write(Attempt attempt, ObjectNode node) {
        node.put("at", attempt.at().toString());
        node.put("outcome", BookJson.word(attempt.outcome()));
        node.put("authority", attempt.authority());
        BookJson.set(node, "challenge", attempt.challenge());
        node.put("words", attempt.words());
        BookJson.set(node, "next-try", attempt.nextTry());
    }
}
