package org.pinisi.deployer;

import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/// Records to JSON and back, in one way everywhere in this room.
final class Json {
    private final JsonMapper mapper = JsonMapper.builder().build();

    String write(Object value) {
        return mapper.writeValueAsString(value);
    }

    byte[] bytes(Object value) {
        return mapper.writeValueAsBytes(value);
    }

    <T> T read(String text, Class<T> type) {
        try {
            return mapper.readValue(text, type);
        } catch (JacksonException malformed) {
            throw new DeployerException(
                    DeployerException.Kind.BAD_REQUEST,
                    "expected JSON of a " + type.getSimpleName() + ": " + malformed.getOriginalMessage(),
                    malformed);
        }
    }

    <T> T read(byte[] text, TypeReference<T> type) {
        try {
            return mapper.readValue(text, type);
        } catch (JacksonException malformed) {
            throw new DeployerException(
                    DeployerException.Kind.BAD_REQUEST,
                    "unexpected JSON: " + malformed.getOriginalMessage(),
                    malformed);
        }
    }

    List<String> strings(String text) {
        return List.of(read(text, String[].class));
    }

    static <T> Optional<T> optional(@org.jspecify.annotations.Nullable T value) {
        return Optional.ofNullable(value);
    }
}
