package org.pinisi.web;

import java.util.List;
import java.util.Locale;

/// A small line of values over time, the newest at the right end, drawn in a box of 120 by 32.
///
/// @param line the path of the line; empty if there is nothing to draw
/// @param area the path of what is below it
/// @param label what it shows, for those who do not see it
record Sparkline(String line, String area, String label) {
    private static final double WIDTH = 120;
    private static final double HEIGHT = 32;
    private static final double TOP = 2;

    /// @param values at equal distances, the oldest first; a line that ends before the left edge has fewer than
    ///     `places`
    /// @param least the upper bound of the box is at least this, so that noise does not look like a mountain
    static Sparkline of(List<Double> values, int places, double least, String label) {
        if (values.size() < 2) {
            return new Sparkline("", "", label + ": nothing yet");
        }
        double most = Math.max(
                least, values.stream().mapToDouble(Double::doubleValue).max().orElse(least));
        double step = WIDTH / (places - 1);
        double start = WIDTH - step * (values.size() - 1);
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < values.size(); i++) {
            double y = HEIGHT - 1 - values.get(i) / most * (HEIGHT - 1 - TOP);
            line.append(i == 0 ? 'M' : 'L')
                    .append(number(start + i * step))
                    .append(' ')
                    .append(number(y));
        }
        String area =
                line + "L" + number(WIDTH) + " " + number(HEIGHT) + "L" + number(start) + " " + number(HEIGHT) + "Z";
        return new Sparkline(line.toString(), area, label);
    }

    boolean isEmpty() {
        return line.isEmpty();
    }

    private static String number(double value) {
        String text = String.format(Locale.ROOT, "%.1f", value);
        return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
    }
}
