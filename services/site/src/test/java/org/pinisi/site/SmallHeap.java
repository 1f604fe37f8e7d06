package org.pinisi.site;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.pinisi.git.CommitId;
import org.pinisi.git.GitRepository;

/// A program of its own, run with a small heap: serves a repository that is many times larger, asks for
/// all of it from several clients at once, checks every answer against its tag, which is the contents'
/// identity, and says what it took.
///
/// Arguments: the bare repository, the commit, a folder for the cache, how many small and large files
/// there are.
final class SmallHeap {
    private static final int CLIENTS = 6;

    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong answers = new AtomicLong();

    private SmallHeap() {}

    public static void main(String[] arguments) throws Exception {
        new SmallHeap()
                .run(
                        Path.of(arguments[0]),
                        new CommitId(arguments[1]),
                        Path.of(arguments[2]),
                        Integer.parseInt(arguments[3]),
                        Integer.parseInt(arguments[4]));
    }

    private void run(Path bare, CommitId commit, Path folder, int small, int large) throws Exception {
        SiteCache cache =
                SiteCache.builder().memory(16 << 20).disk(folder, 256 << 20).build();
        try (GitRepository repository = GitRepository.open(bare);
                Served served = new Served(cache, site -> site)) {
            served.site.show(GitTree.of(repository, commit));
            List<Thread> clients = new ArrayList<>();
            List<Throwable> failures = java.util.Collections.synchronizedList(new ArrayList<>());
            for (int client = 0; client < CLIENTS; client++) {
                int number = client;
                clients.add(Thread.ofVirtual().start(() -> {
                    try {
                        ask(served, number, small, large);
                    } catch (Exception | Error e) {
                        failures.add(e);
                    }
                }));
            }
            for (Thread client : clients) {
                client.join();
            }
            served.settle();
            if (!failures.isEmpty()) {
                throw new AssertionError(failures.size() + " clients failed", failures.getFirst());
            }
            report(cache);
        }
    }

    /// Each client asks for its share of the large files and for small ones at random.
    private void ask(Served served, int client, int small, int large) throws Exception {
        Random random = new Random(client);
        try (Socket socket = served.connect()) {
            InputStream in = new BufferedInputStream(socket.getInputStream(), 64 << 10);
            for (int i = client; i < large; i += CLIENTS) {
                get(socket, in, "/large/" + i + ".bin");
                for (int j = 0; j < small / large; j++) {
                    int file = random.nextInt(small);
                    get(socket, in, "/small/" + file % 100 + "/" + file + ".txt");
                }
            }
        }
    }

    private void get(Socket socket, InputStream in, String path) throws Exception {
        socket.getOutputStream().write(("GET " + path + " HTTP/1.1\r\nHost: h\r\n\r\n").getBytes(US_ASCII));
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.read());
        }
        if (!head.toString().startsWith("HTTP/1.1 200 ")) {
            throw new IOException(path + ": " + head);
        }
        long left = Long.parseLong(field(head, "Content-Length"));
        MessageDigest digest = MessageDigest.getInstance("SHA-1");
        digest.update(("blob " + left + "\0").getBytes(US_ASCII));
        bytes.addAndGet(left);
        byte[] chunk = new byte[16 << 10];
        while (left > 0) {
            int count = in.read(chunk, 0, (int) Math.min(left, chunk.length));
            if (count < 0) {
                throw new IOException(path + " was cut");
            }
            digest.update(chunk, 0, count);
            left -= count;
        }
        String found = "\"" + HexFormat.of().formatHex(digest.digest()) + "\"";
        if (!found.equals(field(head, "ETag"))) {
            throw new IOException(path + " came damaged: " + found + " is not " + field(head, "ETag"));
        }
        answers.incrementAndGet();
    }

    private static String field(CharSequence head, String name) {
        return head.toString()
                .lines()
                .filter(line -> line.startsWith(name + ": "))
                .map(line -> line.substring(name.length() + 2))
                .findFirst()
                .orElseThrow();
    }

    private void report(SiteCache cache) throws IOException {
        String peak = Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmHWM"))
                .findFirst()
                .orElse("")
                .replaceAll("[^0-9]", "");
        System.out.println("answers=" + answers + " megabytes=" + (bytes.get() >> 20)
                + " heap=" + (Runtime.getRuntime().maxMemory() >> 20)
                + " memory=" + cache.memoryBytes()
                + " disk=" + cache.diskBytes()
                + " resident=" + Long.parseLong(peak) / 1024);
    }
}
