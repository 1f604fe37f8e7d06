package org.pinisi.site;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.pinisi.http.MediaTypes;

/// The content type of a path: the one given for it, else by its extension, else the one given for the
/// rest.
final class ContentTypes {
    private static final Set<String> COMPRESSIBLE = Set.of(
            "application/javascript",
            "application/json",
            "application/xml",
            "application/wasm",
            "application/yaml",
            "application/toml",
            "application/manifest+json",
            "image/svg+xml",
            "image/bmp",
            "image/vnd.microsoft.icon",
            "font/ttf",
            "font/otf",
            "application/rtf");

    private final Map<String, String> byPath;
    private final String otherwise;

    /// @param byPath types by decoded path with a slash in front
    ContentTypes(Map<String, String> byPath, String otherwise) {
        this.byPath = Map.copyOf(byPath);
        this.otherwise = otherwise;
    }

    /// The type of the file at this path of the tree.
    String find(List<String> file) {
        String given = byPath.isEmpty() ? null : byPath.get("/" + String.join("/", file));
        return given != null ? given : MediaTypes.find(file.getLast()).orElse(otherwise);
    }

    /// Whether compressing such contents is worth trying.
    static boolean isCompressible(String type) {
        String bare = type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        return bare.startsWith("text/")
                || bare.endsWith("+json")
                || bare.endsWith("+xml")
                || COMPRESSIBLE.contains(bare);
    }
}
