package org.pinisi.deployer;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/// The command that starts a Java app.
///
/// Measured on two cores with the clock example, median of nine starts to the first answer-ready line:
/// plain 68 ms, Serial GC 61 ms, C1 only 54 ms, AOT cache 42 ms. Serial GC is taken; C1 only would cost
/// busy apps their speed; an AOT cache would need a run of the app during the push and 0.9 s to save 20 ms.
final class BuildJavaStart {
    private static final int HEAP_PERCENT = 60;
    private static final int MEBI = 1024 * 1024;

    private BuildJavaStart() {}

    /// @param rest what follows the options: `-cp`, `.`, `Main`
    static List<String> of(AppConfig config, List<String> rest) {
        List<String> options = config.java().options();
        List<String> command = new ArrayList<>();
        command.add("java");
        if (options.stream().noneMatch(option -> option.matches("-XX:\\+Use\\w+GC"))) {
            command.add("-XX:+UseSerialGC");
        }
        OptionalLong memory = config.memoryBytes();
        boolean sized =
                options.stream().anyMatch(option -> option.startsWith("-Xmx") || option.contains("RAMPercentage"));
        if (memory.isPresent() && !sized) {
            command.add("-Xmx" + memory.getAsLong() * HEAP_PERCENT / 100 / MEBI + "m");
        }
        command.addAll(options);
        command.addAll(rest);
        return List.copyOf(command);
    }
}
