package org.pinisi.web;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.pinisi.http.Request;
import org.pinisi.http.Response;

/// The style sheet, the script and the icon. A page names each with a digest of its contents, so that a browser may
/// keep it
/// for ever and still sees a new one at once.
final class Assets {
    static final String STYLE = "pinisi.css";
    static final String SCRIPT = "pinisi.js";
    static final String ICON = "pinisi.svg";

    private static final Map<String, String> TYPES = Map.of(
            STYLE, "text/css; charset=utf-8",
            SCRIPT, "text/javascript; charset=utf-8",
            ICON, "image/svg+xml");

    private final Map<String, Asset> assets = new LinkedHashMap<>();

    @SuppressWarnings("ArrayRecordComponent") // never compared, never handed out
    private record Asset(String type, byte[] bytes, String digest) {}

    /// Reads them all.
    ///
    /// @throws WebException if one is not in the program
    Assets() {
        TYPES.forEach((name, type) -> {
            byte[] bytes = read(name);
            assets.put(name, new Asset(type, bytes, digest(bytes)));
        });
    }

    private static byte[] read(String name) {
        try (InputStream in = Assets.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new WebException("the file " + name + " of the pages is not in this program; build it again");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new WebException("cannot read the file " + name + " of the pages: " + e.getMessage(), e);
        }
    }

    private static String digest(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes), 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new WebException("this Java has no SHA-256, which every Java must have; use another one", e);
        }
    }

    /// The address of one of the above.
    String url(String name) {
        Asset asset = assets.get(name);
        if (asset == null) {
            throw new WebException("the pages have no file " + name);
        }
        return "/assets/" + name + "?v=" + asset.digest;
    }

    /// Answers a request for the asset of this name; empty if there is none.
    Optional<Response> answer(String name, Request request) {
        return Optional.ofNullable(assets.get(name)).map(asset -> answer(asset, request));
    }

    private static Response answer(Asset asset, Request request) {
        String tag = '"' + asset.digest + '"';
        boolean named = request.query("v").filter(asset.digest::equals).isPresent();
        boolean known = request.fields().values("If-None-Match").stream()
                .anyMatch(value -> value.contains(tag) || value.strip().equals("*"));
        Response response = known ? Response.empty(304) : Response.bytes(200, asset.type, asset.bytes.clone());
        return response.with("ETag", tag)
                .with("Cache-Control", named ? "public, max-age=31536000, immutable" : "no-cache");
    }
}
