package org.pinisi.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// How keys and values are written into the store: as they are when short, as their SHA-256 when long.
final class Texts {
    private static final int LONGEST = 200;

    private Texts() {}

    static String stored(String text) {
        if (text.length() <= LONGEST) {
            return text;
        }
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
            return "sha256:" + HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException missing) {
            throw new EngineException(
                    "this Java lacks SHA-256, which every Java must have; install another one", missing);
        }
    }
}
