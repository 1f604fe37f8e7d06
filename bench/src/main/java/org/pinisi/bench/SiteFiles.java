package org.pinisi.bench;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;

/// The tree that all servers show, made from a fixed seed: the same files on every machine.
///
/// It exists twice: as a folder, with a `.gz` beside the page for those who serve such files, and as a bare
/// Git repository without it.
final class SiteFiles {
    static final int LARGE_BYTES = 5 << 20;

    private static final String WORDS =
            "anchor beam cargo deck ebb ferry gale harbour inlet jib keel lee mast north oar port quay reef sail tide";

    private final Path folder;
    private final Path work;
    private final List<String> many = new ArrayList<>();
    private final Random random = new Random(20_261_121);

    private SiteFiles(Path work) {
        this.work = work;
        this.folder = work.resolve("tree");
    }

    /// @param work where the tree, its repository and a certificate are put
    /// @param count how many small files there are
    static SiteFiles make(Path work, int count) {
        SiteFiles files = new SiteFiles(work);
        try {
            files.write("index.html", files.page(1_000));
            files.write("1k.html", files.page(1_024));
            files.write("64k.bin", files.noise(64 << 10));
            files.write("5m.bin", files.noise(LARGE_BYTES));
            files.write("page.html", files.page(64 << 10));
            for (int i = 0; i < count; i++) {
                String path = String.format(java.util.Locale.ROOT, "many/%03d/%05d.html", i / 250, i);
                files.write(path, files.page(200 + files.random.nextInt(2_000)));
                files.many.add("/" + path);
            }
            Collections.shuffle(files.many, files.random);
            Repository repository = Repository.init(files.folder).commit("the site");
            List<String> clone =
                    List.of("clone", "-q", "--bare", ".", files.repository().toString());
            repository.git(clone.toArray(String[]::new)).orFail(clone);
            files.write("page.html.gz", gzip(Files.readAllBytes(files.folder.resolve("page.html"))));
            BenchCertificate.make(work);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return files;
    }

    /// The folder with everything, `.gz` too.
    Path folder() {
        return folder;
    }

    /// The bare repository; the site is its branch `main`.
    Path repository() {
        return work.resolve("site.git");
    }

    Path chain() {
        return work.resolve("chain.pem");
    }

    Path key() {
        return work.resolve("key.pem");
    }

    /// The paths of the small files, in random order.
    List<String> many() {
        return many;
    }

    /// The path that a row asks for; one of them where it asks for many.
    String path(SiteRow.Content content) {
        return switch (content) {
            case SMALL, UNCHANGED -> "/1k.html";
            case MIDDLE -> "/64k.bin";
            case LARGE -> "/5m.bin";
            case COMPRESSED -> "/page.html";
            case MANY -> many.getFirst();
        };
    }

    byte[] bytes(String path) {
        try {
            return Files.readAllBytes(folder.resolve(path.substring(1)));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private void write(String path, byte[] bytes) throws IOException {
        Path file = folder.resolve(path);
        Files.createDirectories(file.resolveSibling("."));
        Files.write(file, bytes);
    }

    /// Text that compresses about as web pages do.
    private byte[] page(int length) {
        String[] words = WORDS.split(" ");
        StringBuilder page = new StringBuilder("<!doctype html><title>Bench</title>\n");
        while (page.length() < length) {
            page.append("<p class=\"entry\">")
                    .append(Integer.toHexString(random.nextInt()))
                    .append(' ')
                    .append(words[random.nextInt(words.length)])
                    .append(' ')
                    .append(words[random.nextInt(words.length)])
                    .append("</p>\n");
        }
        return page.substring(0, length).getBytes(StandardCharsets.US_ASCII);
    }

    private byte[] noise(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream output = new GZIPOutputStream(compressed)) {
            output.write(bytes);
        }
        return compressed.toByteArray();
    }
}
