package org.pinisi.certificates;

import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `seal.json`: the seals of a book, the newest first.
final class SealFile {
    static final int MOST_SEALS = 8;

    private static final int FORMAT = 1;
    private static final String ARGON = "argon2id";
    private static final String HKDF = "hkdf-sha256";
    private static final Comparator<SealRecord> NEWEST_FIRST =
            Comparator.comparing(SealRecord::made).reversed().thenComparing(SealRecord::id);

    private SealFile() {}

    /// @throws CertificateException that says which field is wrong
    static List<SealRecord> read(byte[] bytes) {
        ObjectNode root = BookJson.parse(bytes);
        if (BookJson.number(root, "format") != FORMAT) {
            throw new CertificateException("\"format\" is not " + FORMAT + "; a newer Pinisi may have written it");
        }
        return bounded(BookJson.list(root, "seals", SealFile::seal));
    }

    static byte[] write(List<SealRecord> seals) {
        ObjectNode root = BookJson.object();
        root.put("format", FORMAT);
        ArrayNode list = root.putArray("seals");
        for (SealRecord seal : bounded(seals)) {
            ObjectNode node = list.addObject()
                    .put("id", seal.id())
                    .put("made", seal.made().toString())
                    .put("derivation", seal.cost().isPresent() ? ARGON : HKDF);
            seal.cost()
                    .ifPresent(cost -> node.put("memory-kib", cost.memoryKib())
                            .put("iterations", cost.iterations())
                            .put("lanes", cost.lanes()));
            node.put("salt", Base64.getEncoder().encodeToString(seal.salt()))
                    .put("proof", Base64.getEncoder().encodeToString(seal.proof()));
        }
        return BookJson.bytes(root);
    }

    /// All of both, so that what two programs sealed at once can be opened.
    static List<SealRecord> merged(List<SealRecord> some, List<SealRecord> others) {
        return bounded(Stream.concat(
                        some.stream(),
                        others.stream()
                                .filter(seal -> some.stream()
                                        .noneMatch(known -> known.id().equals(seal.id()))))
                .toList());
    }

    private static List<SealRecord> bounded(List<SealRecord> seals) {
        return seals.stream().sorted(NEWEST_FIRST).limit(MOST_SEALS).toList();
    }

    private static SealRecord seal(JsonNode node) {
        Optional<SealCost> cost = switch (BookJson.text(node, "derivation")) {
            case ARGON ->
                Optional.of(new SealCost(
                        BookJson.number(node, "memory-kib"),
                        BookJson.number(node, "iterations"),
                        BookJson.number(node, "lanes")));
            case HKDF -> Optional.empty();
            default -> throw new CertificateException("\"derivation\" is neither " + ARGON + " nor " + HKDF);
        };
        return new SealRecord(
                BookJson.text(node, "id"),
                BookJson.instant(node, "made"),
                cost,
                BookJson.binary(node, "salt"),
                BookJson.binary(node, "proof"));
    }
}
