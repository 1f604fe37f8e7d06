package org.pinisi.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/// Figures of one kind, with their spread.
final class Stats {
    private final List<Double> values = new ArrayList<>();

    void add(double value) {
        values.add(value);
    }

    int count() {
        return values.size();
    }

    double median() {
        return quantile(0.5);
    }

    double quantile(double share) {
        if (values.isEmpty()) {
            return Double.NaN;
        }
        List<Double> sorted = new ArrayList<>(values);
        Collections.sort(sorted);
        return sorted.get((int) Math.min(sorted.size() - 1L, Math.round(share * (sorted.size() - 1))));
    }

    /// Median, and in brackets the smallest and the largest.
    String text(String unit) {
        return String.format(
                Locale.ROOT, "%.2f %s (%.2f to %.2f, n=%d)", median(), unit, quantile(0), quantile(1), count());
    }
}
