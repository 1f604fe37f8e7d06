package org.pinisi.site;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Random paths, from a seed that a failure prints: whatever is asked, an answer is that of a plain
/// reading of the path, the same cold and hot, and never what is hidden or outside.
@ExtendWith(LeakCheck.class)
final class SitePathFuzzTest {
    private static final int ROUNDS = 4000;
    private static final List<String> PIECES = List.of(
            "/",
            "/",
            "/",
            "a",
            "b",
            "sub",
            "index.html",
            ".",
            "..",
            "%2e",
            "%2E",
            "%2f",
            "%2F",
            "%5c",
            "\\",
            "%00",
            "%",
            "%4",
            "%zz",
            "%41",
            "%61",
            "%c0%ae",
            "%C3%BC",
            ".git",
            ".well-known",
            "config",
            ";",
            "x",
            "link",
            "up",
            "out",
            "~",
            "+",
            "%20",
            "//",
            "%25",
            "%2525",
            "404.html",
            "_redirects",
            "A",
            ":",
            "@",
            "*",
            "'",
            "%ff");

    @TempDir
    Path folder;

    @Test
    void everyPathIsReadPlainly() throws IOException {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        MapTree tree = new MapTree("1")
                .file("index.html", "file /index.html")
                .file("a", "file /a")
                .file("A", "file /A")
                .file("sub/a", "file /sub/a")
                .file("sub/index.html", "file /sub/index.html")
                .file("sub/x ü", "file /sub/x ü")
                .file(".git/config", "SECRET")
                .file("sub/.git", "SECRET")
                .file(".well-known/a", "file /.well-known/a")
                .file("_redirects", "# SECRET")
                .link("link", "sub")
                .link("up", "sub/../a")
                .link("out", "../SECRET");
        try (Served served = Served.of(folder, tree)) {
            for (int round = 0; round < ROUNDS; round++) {
                String path = path(random);
                Served.Answer cold = served.get(path);
                String why = "seed %d, path %s".formatted(seed, path);
                assertThat(cold.status()).as(why).isIn(200, 301, 400, 404);
                assertThat(cold.body()).as(why).doesNotContain("SECRET");
                assertThat(outcome(cold)).as(why).isEqualTo(expected(tree, path));
                if (cold.status() == 200) {
                    assertThat(outcome(served.get(path))).as(why).isEqualTo(outcome(cold));
                }
            }
        }
    }

    private static String path(Random random) {
        StringBuilder path = new StringBuilder("/");
        int pieces = random.nextInt(8);
        for (int i = 0; i < pieces; i++) {
            path.append(PIECES.get(random.nextInt(PIECES.size())));
        }
        return path.toString();
    }

    private static String outcome(Served.Answer answer) {
        return switch (answer.status()) {
            case 200 -> new String(answer.body().getBytes(java.nio.charset.StandardCharsets.ISO_8859_1), UTF_8);
            case 301 -> "to " + answer.field("Location");
            default -> "" + answer.status();
        };
    }

    /// What a path means, said as simply as it can be.
    private static String expected(MapTree tree, String path) {
        List<String> names = new ArrayList<>();
        boolean nowhere = false;
        for (String raw : path.substring(1).split("/", -1)) {
            String name = decoded(raw);
            if (name == null || name.equals(".") || name.equals("..")) {
                return "400";
            }
            nowhere |= name.contains("/") || (name.startsWith(".") && !name.equals(".well-known"));
            names.add(name);
        }
        boolean slash = names.getLast().isEmpty();
        List<String> wanted = slash ? names.subList(0, names.size() - 1) : names;
        if (nowhere || wanted.contains("") || String.join("/", names).equals("_redirects")) {
            return "404";
        }
        String place = String.join("/", wanted).replaceFirst("^link(?=/|$)", "sub");
        place = place.equals("up") && !slash ? "a" : place;
        String folder = place.isEmpty() ? "" : place + "/";
        boolean index = tree.find(List.of((folder + "index.html").split("/"))).isPresent();
        if (slash) {
            return index ? "file /" + folder + "index.html" : "404";
        }
        if (index) {
            return "to " + path + "/";
        }
        boolean file = tree.find(List.of(place.split("/"))).orElse(null) instanceof SiteTree.Entry.File;
        return file ? "file /" + place : "404";
    }

    @SuppressWarnings("NullAway") // null stands for malformed, in this test only
    private static String decoded(String raw) {
        byte[] bytes = new byte[raw.length()];
        int length = 0;
        for (int i = 0; i < raw.length(); i++) {
            if (raw.charAt(i) != '%') {
                bytes[length++] = (byte) raw.charAt(i);
                continue;
            }
            if (!raw.substring(i).matches("(?s)%[0-9a-fA-F]{2}.*")) {
                return null;
            }
            bytes[length++] = (byte) Integer.parseInt(raw.substring(i + 1, i + 3), 16);
            i += 2;
        }
        String text = new String(bytes, 0, length, UTF_8);
        return text.contains("\uFFFD") || text.contains("\0") ? null : text;
    }
}
