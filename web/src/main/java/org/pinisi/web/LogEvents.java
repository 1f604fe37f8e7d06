package org.pinisi.web;

import java.io.StringWriter;
import java.util.List;
import org.pinisi.http.ServerEvent;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// The events by which a page follows a log: `text` with the next spans as `[[style, text], …]`, `begin` to start
/// afresh,
/// `end` when nothing more will come. The script makes text nodes of them, never HTML.
final class LogEvents {
    private static final JsonFactory JSON = new JsonFactory();

    private LogEvents() {}

    /// @param id from where a reader goes on after this; empty if he cannot
    static ServerEvent text(String id, List<TextSpan> spans) {
        StringWriter out = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
            json.writeStartArray();
            for (TextSpan span : spans) {
                json.writeStartArray();
                json.writeString(span.style());
                json.writeString(span.text());
                json.writeEndArray();
            }
            json.writeEndArray();
        }
        return new ServerEvent(id, "text", out.toString());
    }

    static ServerEvent begin() {
        return new ServerEvent("", "begin", "{}");
    }

    static ServerEvent end() {
        return new ServerEvent("", "end", "{}");
    }
}
