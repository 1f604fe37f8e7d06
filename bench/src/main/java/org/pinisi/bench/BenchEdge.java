package org.pinisi.bench;

import io.netty.util.internal.PlatformDependent;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.pinisi.edge.Edge;
import org.pinisi.edge.EdgeCertificates;
import org.pinisi.edge.EdgeConfig;
import org.pinisi.http.Certified;

/// An edge alone, as a process of its own with the flags and the cache of the installed one: what
/// measurements need and `pinisi edge` does not have is that its certificate can be changed, and its memory
/// asked for, by lines on its standard input. It ends when that ends.
///
/// `certificate` reads the certificate again; `memory` prints a line with the heap after a collection and
/// the memory outside, in bytes.
final class BenchEdge {
    private final AtomicReference<Certified> certificate;
    private final Path chain;
    private final Path key;

    private BenchEdge(Path chain, Path key) {
        this.chain = chain;
        this.key = key;
        this.certificate = new AtomicReference<>(Certified.fromPem(chain, key));
    }

    /// `BenchEdge FOLDER CHAIN KEY SETTING=VALUE…`, with the settings of [EdgeConfig#of].
    public static void main(String[] arguments) throws IOException {
        Map<String, String> words = new HashMap<>();
        for (String word : List.of(arguments).subList(3, arguments.length)) {
            int equals = word.indexOf('=');
            words.put(word.substring(0, equals), word.substring(equals + 1));
        }
        new BenchEdge(Path.of(arguments[1]), Path.of(arguments[2])).run(Path.of(arguments[0]), words);
    }

    private void run(Path folder, Map<String, String> words) throws IOException {
        Edge edge = Edge.builder(EdgeConfig.of(folder, words))
                .certificates(EdgeCertificates.fixed(_ -> Optional.of(certificate.get())))
                .start();
        try (edge;
                BufferedReader commands =
                        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII))) {
            for (String command = commands.readLine(); command != null; command = commands.readLine()) {
                switch (command) {
                    case "certificate" -> certificate.set(Certified.fromPem(chain, key));
                    case "memory" -> System.out.println(memory());
                    default -> throw new BenchException("no such command: " + command);
                }
            }
        }
    }

    private static String memory() {
        System.gc();
        long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        long direct = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
        return "memory heap=" + heap + " direct=" + Math.max(direct, PlatformDependent.usedDirectMemory());
    }

    /// The command that starts one.
    ///
    /// @param flags further ones for the JVM
    static List<String> command(
            Path folder, BenchCertificate certificate, List<String> flags, Map<String, String> words) {
        Distribution distribution = Distribution.current();
        List<String> command = new ArrayList<>();
        command.add(distribution.java());
        command.add("@" + distribution.folder().resolve("edge.args"));
        command.addAll(flags);
        command.addAll(List.of("-cp", distribution.classPath() + ":" + Distribution.classesOf(BenchEdge.class)));
        command.addAll(List.of(
                BenchEdge.class.getName(),
                folder.toString(),
                certificate.chain().toString(),
                certificate.key().toString()));
        words.forEach((name, value) -> command.add(name + "=" + value));
        return command;
    }
}
