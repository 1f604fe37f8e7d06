package org.pinisi.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The table of a comparison, row by row as it is measured, and its figures in a file.
final class Comparison {
    private final Path json;
    private final List<Figures> all = new ArrayList<>();
    private final List<String> failed = new ArrayList<>();

    private Comparison(Path json) {
        this.json = json;
    }

    static Comparison begin(Path json) {
        System.out.println(Figures.header());
        return new Comparison(json);
    }

    /// Measures a row and shows it. One that fails is told at once and at the end; the others are measured all
    /// the same.
    void row(String name, Supplier<Figures> measurement) {
        try {
            Figures figures = measurement.get();
            all.add(figures);
            System.out.println(figures.text());
        } catch (BenchException failure) {
            failed.add(name);
            System.out.println(name + " FAILED: " + failure.getMessage() + "\n");
        }
    }

    /// Writes the file.
    ///
    /// @throws BenchException when a row failed
    void end() {
        ObjectNode node = JsonMapper.shared().createObjectNode();
        all.forEach(figures -> node.set(figures.row(), figures.json()));
        try {
            Files.createDirectories(json.toAbsolutePath().resolveSibling("."));
            Files.writeString(json, node.toPrettyString() + "\n");
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        System.out.println("all figures: " + json);
        if (!failed.isEmpty()) {
            throw new BenchException("not measured, as something was answered wrongly: " + String.join(", ", failed));
        }
    }
}
