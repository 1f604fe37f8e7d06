package org.pinisi.site;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.pinisi.http.Fields;
import org.pinisi.http.HttpException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What a forge says in the body of its call, as far as it matters here: which ref moved.
final class HookPayload {
    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder().maxNestingDepth(100).build())
                    .build())
            .build();

    private HookPayload() {}

    /// The ref that the call is about, such as `refs/heads/main`; empty when it does not say.
    ///
    /// @throws HttpException 400 when a body that is said to be JSON is none
    static Optional<String> ref(Fields fields, byte[] body) {
        String type = fields.first("Content-Type").orElse("").split(";", 2)[0].strip();
        if (type.equalsIgnoreCase("application/x-www-form-urlencoded")) {
            return formValue(body).flatMap(HookPayload::refOf);
        }
        return type.equalsIgnoreCase("application/json") && body.length > 0
                ? refOf(new String(body, StandardCharsets.UTF_8))
                : Optional.empty();
    }

    /// Whether the forge only tries whether we are there.
    static boolean isPing(Fields fields) {
        return fields.first("X-GitHub-Event")
                .or(() -> fields.first("X-Gitea-Event"))
                .filter("ping"::equals)
                .isPresent();
    }

    private static Optional<String> refOf(String json) {
        try {
            JsonNode ref = MAPPER.readTree(json).path("ref");
            return ref.isString() ? Optional.of(ref.stringValue()) : Optional.empty();
        } catch (JacksonException malformed) {
            throw new HttpException(400, "the body is not JSON: " + malformed.getOriginalMessage(), malformed);
        }
    }

    private static Optional<String> formValue(byte[] body) {
        for (String pair : new String(body, StandardCharsets.ISO_8859_1).split("&", -1)) {
            if (pair.startsWith("payload=")) {
                try {
                    return Optional.of(
                            java.net.URLDecoder.decode(pair.substring("payload=".length()), StandardCharsets.UTF_8));
                } catch (IllegalArgumentException malformed) {
                    throw new HttpException(400, "the form's payload is not percent-encoded rightly", malformed);
                }
            }
        }
        return Optional.empty();
    }
}
