package org.pinisi.deployer;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Looks into Java source as far as is needed to start it.
final class BuildJavaSources {
    private static final Pattern NOISE = Pattern.compile(
            "//[^\\n]*|/\\*.*?\\*/|\"\"\".*?\"\"\"|\"(?:\\\\.|[^\"\\\\\\n])*\"|'(?:\\\\.|[^'\\\\\\n])+'",
            Pattern.DOTALL);
    private static final Pattern MAIN = Pattern.compile("\\bvoid\\s+main\\s*\\(");
    private static final Pattern PACKAGE = Pattern.compile("(?m)^\\s*package\\s+([\\w.]+)\\s*;");
    private static final int MOST_BYTES = 2 * 1024 * 1024;

    private BuildJavaSources() {}

    /// The source files in a folder itself, sorted.
    static List<Path> in(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file ->
                            file.toString().endsWith(".java") && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                    .filter(file -> !file.endsWith("module-info.java") && !file.endsWith("package-info.java"))
                    .sorted()
                    .toList();
        }
    }

    /// Those among them that have a main method.
    static List<Path> withMain(List<Path> files) throws IOException {
        List<Path> found = new ArrayList<>();
        for (Path file : files) {
            if (MAIN.matcher(code(file)).find()) {
                found.add(file);
            }
        }
        return found;
    }

    /// The package that a file declares; empty for none.
    static Optional<String> packageOf(Path file) throws IOException {
        Matcher declaration = PACKAGE.matcher(code(file));
        return declaration.find() ? Optional.of(declaration.group(1)) : Optional.empty();
    }

    /// The text without comments and literals.
    private static String code(Path file) throws IOException {
        if (Files.size(file) > MOST_BYTES) {
            return "";
        }
        // Latin-1 cannot fail, and the words looked for are ASCII.
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        return NOISE.matcher(text).replaceAll(" ");
    }
}
