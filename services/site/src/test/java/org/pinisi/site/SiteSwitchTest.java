package org.pinisi.site;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// One tree gives way to another, under load.
@ExtendWith(LeakCheck.class)
final class SiteSwitchTest {
    private static final List<String> PAGES =
            List.of("/", "/a.txt", "/deep/b.txt", "/medium.txt", "/large.txt", "/missing", "/same.txt", "/rewritten");
    private static final Pattern VERSION = Pattern.compile("version ([0-9]+)\\b");
    private static final int SWITCHES = 40;
    private static final int CLIENTS = 4;

    @TempDir
    Path folder;

    /// Every file, every rule and every field of this tree says its number; `same.txt` alone is the same
    /// in all.
    private static MapTree tree(int number) {
        String text = "version " + number + " ";
        return new MapTree("" + number, Instant.ofEpochSecond(1_700_000_000L + number))
                .file("index.html", text)
                .file("a.txt", text)
                .file("deep/b.txt", text)
                .file("medium.txt", text.repeat(5000))
                .file("large.txt", text.repeat(60_000))
                .file("404.html", text)
                .file("same.txt", "the same")
                .file("rewritten-" + number + ".txt", text)
                .file("_redirects", "/rewritten /rewritten-" + number + ".txt 200\n")
                .file("_headers", "/*\n  X-Version: " + number + "\n");
    }

    @Test
    void anAnswerIsOfOneTreeAndNoClientGoesBack() throws Exception {
        ConcurrentLinkedQueue<String> troubles = new ConcurrentLinkedQueue<>();
        AtomicInteger shown = new AtomicInteger(1);
        AtomicInteger answers = new AtomicInteger();
        AtomicBoolean over = new AtomicBoolean();
        try (Served served = Served.of(folder, tree(1))) {
            List<Thread> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(Thread.ofVirtual().start(() -> {
                    try (Socket socket = served.connect()) {
                        new Client(socket, shown, answers, troubles).run(over);
                    } catch (IOException | RuntimeException e) {
                        troubles.add(e.toString());
                    }
                }));
            }
            for (int number = 2; number <= SWITCHES; number++) {
                int before = answers.get();
                served.site.show(tree(number));
                shown.set(number);
                while (answers.get() < before + 10 && troubles.isEmpty()) {
                    Thread.onSpinWait();
                }
            }
            over.set(true);
            for (Thread client : clients) {
                client.join();
            }
            assertThat(troubles).isEmpty();
            assertThat(answers.get()).isGreaterThan(SWITCHES * 10 - 20);
            assertThat(served.get("/a.txt").body()).isEqualTo("version " + SWITCHES + " ");
        }
    }

    /// Asks for one page after the other on one connection.
    private static final class Client {
        private final Socket socket;
        private final InputStream in;
        private final AtomicInteger shown;
        private final AtomicInteger answers;
        private final ConcurrentLinkedQueue<String> troubles;
        private int last;

        Client(Socket socket, AtomicInteger shown, AtomicInteger answers, ConcurrentLinkedQueue<String> troubles)
                throws IOException {
            this.socket = socket;
            this.in = new BufferedInputStream(socket.getInputStream());
            this.shown = shown;
            this.answers = answers;
            this.troubles = troubles;
        }

        void run(AtomicBoolean over) throws IOException {
            for (int i = 0; !over.get() && troubles.isEmpty(); i++) {
                String page = PAGES.get(i % PAGES.size());
                int least = Math.max(last, shown.get());
                socket.getOutputStream().write(("GET " + page + " HTTP/1.1\r\nHost: h\r\n\r\n").getBytes(ISO_8859_1));
                String head = head();
                String body = new String(in.readNBytes(Integer.parseInt(field(head, "Content-Length"))), ISO_8859_1);
                last = Integer.parseInt(field(head, "X-Version"));
                if (last < least) {
                    troubles.add(page + " went back from " + least + " to " + last);
                }
                Matcher versions = VERSION.matcher(body);
                while (versions.find()) {
                    if (Integer.parseInt(versions.group(1)) != last) {
                        troubles.add(page + " of " + last + " holds " + versions.group());
                        return;
                    }
                }
                answers.incrementAndGet();
            }
        }

        private String head() throws IOException {
            StringBuilder text = new StringBuilder();
            while (text.indexOf("\r\n\r\n") < 0) {
                int b = in.read();
                if (b < 0) {
                    throw new IOException("closed after " + text);
                }
                text.append((char) b);
            }
            return text.toString();
        }

        private static String field(String head, String name) {
            return head.lines()
                    .filter(line -> line.startsWith(name + ": "))
                    .map(line -> line.substring(name.length() + 2))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("no " + name + " in " + head));
        }
    }

    @Test
    void whatWasHotIsHotInTheNextTree() throws IOException {
        try (Served served = Served.of(folder, tree(1))) {
            served.get("/a.txt");
            served.get("/same.txt");
            MapTree next = tree(2);
            served.site.show(next);
            int opened = next.opened.get();
            assertThat(served.get("/a.txt").body()).isEqualTo("version 2 ");
            assertThat(served.get("/same.txt").body()).isEqualTo("the same");
            assertThat(next.opened).hasValue(opened);
        }
    }

    @Test
    void whatIsTheSameInBothIsNotReadAgainAndKeepsItsTag() throws IOException {
        try (Served served = Served.of(folder, new MapTree("1").file("same.txt", "the same"))) {
            String tag = served.get("/same.txt").field("ETag");
            MapTree next = new MapTree("2").file("same.txt", "the same");
            served.site.show(next);
            assertThat(served.get("/same.txt", "If-None-Match: " + tag).status())
                    .isEqualTo(304);
            assertThat(next.opened).hasValue(0);
        }
    }

    @Test
    void whatIsGoneFromTheNextTreeIsGone() throws IOException {
        try (Served served =
                Served.of(folder, new MapTree("1").file("x.txt", "x").file("y.txt", "y"))) {
            served.get("/x.txt");
            served.site.show(new MapTree("2").file("y.txt", "y"));
            assertThat(served.get("/x.txt").status()).isEqualTo(404);
            assertThat(served.get("/y.txt").status()).isEqualTo(200);
        }
    }

    @Test
    void aTreeThatIsOlderHasNoDateThatWouldLetNewerCopiesPassAsFresh() throws IOException {
        try (Served served = Served.of(folder, new MapTree("1").file("x.txt", "one"))) {
            String date = served.get("/x.txt").field("Last-Modified");
            served.site.show(new MapTree("2", MapTree.TIME.minusSeconds(60)).file("x.txt", "two"));
            for (int i = 0; i < 2; i++) {
                Served.Answer answer = served.get("/x.txt", "If-Modified-Since: " + date);
                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.field("Last-Modified")).isEqualTo("none");
            }
            served.site.show(new MapTree("3", MapTree.TIME.plusSeconds(60)).file("x.txt", "three"));
            assertThat(served.get("/x.txt").field("Last-Modified")).isNotEqualTo("none");
        }
    }

    @Test
    void afterManySwitchesTheMemoryHoldsOneTree() throws IOException {
        try (Served served = Served.of(folder, tree(1))) {
            served.get("/medium.txt");
            long one = served.cache.memoryBytes();
            for (int number = 2; number < 30; number++) {
                served.site.show(tree(number));
                served.get("/medium.txt");
            }
            assertThat(served.cache.memoryBytes()).isLessThan(one * 2);
        }
    }
}
