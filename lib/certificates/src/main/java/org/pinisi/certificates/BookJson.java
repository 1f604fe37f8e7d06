package org.pinisi.certificates;

import java.net.URI;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Reads and writes the book's JSON field by field, so that a wrong field is named. Fields that are not
/// known stay as they are, since a newer Pinisi may have written them.
final class BookJson {
    private static final int MOST_DEPTH = 20;
    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MOST_DEPTH)
                            .maxDocumentLength(BookLayout.MOST_BYTES)
                            .build())
                    .build())
            .build();

    private BookJson() {}

    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    /// @throws CertificateException when it is no JSON object
    static ObjectNode parse(byte[] bytes) {
        try {
            if (MAPPER.readTree(bytes) instanceof ObjectNode object) {
                return object;
            }
            throw new CertificateException("expected is a JSON object");
        } catch (JacksonException malformed) {
            String words = malformed.getOriginalMessage();
            int where = words.indexOf(" (start marker");
            String line = Optional.ofNullable(malformed.getLocation())
                    .map(location -> ", in line " + Math.max(1, location.getLineNr()))
                    .orElse("");
            throw new CertificateException(
                    "this is no JSON" + line + ": " + (where < 0 ? words : words.substring(0, where)), malformed);
        }
    }

    static byte[] bytes(ObjectNode node) {
        byte[] text = MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(node);
        byte[] lines = Arrays.copyOf(text, text.length + 1);
        lines[text.length] = '\n';
        return lines;
    }

    /// @throws CertificateException when the field is absent or no text
    static String text(JsonNode node, String field) {
        return optionalText(node, field)
                .orElseThrow(() -> new CertificateException("\"" + field + "\" is missing (expected: text)"));
    }

    static Optional<String> optionalText(JsonNode node, String field) {
        JsonNode value = node.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        if (!value.isString()) {
            throw new CertificateException("\"" + field + "\" is no text");
        }
        return Optional.of(value.stringValue());
    }

    static int number(JsonNode node, String field) {
        JsonNode value = node.path(field);
        if (!value.isIntegralNumber() || !value.canConvertToInt()) {
            throw new CertificateException("\"" + field + "\" is no whole number");
        }
        return value.intValue();
    }

    static Instant instant(JsonNode node, String field) {
        return optionalInstant(node, field)
                .orElseThrow(() -> new CertificateException("\"" + field + "\" is missing (expected: a time)"));
    }

    static Optional<Instant> optionalInstant(JsonNode node, String field) {
        return optionalText(node, field).map(text -> {
            try {
                return Instant.parse(text);
            } catch (DateTimeException malformed) {
                throw new CertificateException(
                        "\"" + field + "\" is no time (expected: as 2026-11-21T12:00:00Z)", malformed);
            }
        });
    }

    static Optional<URI> optionalUri(JsonNode node, String field) {
        return optionalText(node, field).map(text -> {
            try {
                return URI.create(text);
            } catch (IllegalArgumentException malformed) {
                throw new CertificateException("\"" + field + "\" is no URL", malformed);
            }
        });
    }

    static byte[] binary(JsonNode node, String field) {
        try {
            return Base64.getDecoder().decode(text(node, field));
        } catch (IllegalArgumentException malformed) {
            throw new CertificateException("\"" + field + "\" is no base64", malformed);
        }
    }

    static <E extends Enum<E>> E word(JsonNode node, String field, Class<E> kind) {
        String text = text(node, field);
        for (E value : kind.getEnumConstants()) {
            if (word(value).equals(text)) {
                return value;
            }
        }
        throw new CertificateException("\"" + field + "\" is none of the words that are known there");
    }

    static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    /// The elements of a list, none when it is absent.
    static <T> List<T> list(JsonNode node, String field, Function<JsonNode, T> reader) {
        JsonNode list = node.path(field);
        if (list.isMissingNode() || list.isNull()) {
            return List.of();
        }
        if (!list.isArray()) {
            throw new CertificateException("\"" + field + "\" is no list");
        }
        List<T> elements = new ArrayList<>();
        for (JsonNode element : list) {
            elements.add(reader.apply(element));
        }
        return List.copyOf(elements);
    }

    static String element(JsonNode node) {
        if (!node.isString()) {
            throw new CertificateException("a list of texts holds something else");
        }
        return node.stringValue();
    }

    /// Sets the field, or takes it away.
    static void set(ObjectNode node, String field, Optional<?> value) {
        if (value.isPresent()) {
            node.put(field, value.get().toString());
        } else {
            node.remove(field);
        }
    }
}
