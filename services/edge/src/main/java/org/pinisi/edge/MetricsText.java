package org.pinisi.edge;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigDecimal;

/// Writes metrics as collectors read them: the text format of Prometheus (0.0.4), or OpenMetrics 1.0.
///
/// Written by hand: what prometheus-metrics adds to these hundred lines are registries and instruments that
/// cost time on the event loops, and half a megabyte of program; a test reads the text back with its rules.
final class MetricsText {
    static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";
    static final String OPEN_METRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    private final boolean open;
    private final StringBuilder out = new StringBuilder(16 * 1024);
    private String family = "";
    private boolean counts;

    /// @param open whether to write OpenMetrics
    MetricsText(boolean open) {
        this.open = open;
    }

    /// Begins a family of numbers that only grow; their samples are named `name_total`.
    MetricsText counter(String name, String help) {
        counts = true;
        return begin(name, open ? name : name + "_total", "counter", help);
    }

    /// Begins a family of numbers that go up and down.
    MetricsText gauge(String name, String help) {
        counts = false;
        return begin(name, name, "gauge", help);
    }

    /// Begins a family of histograms, whose samples are written by [#histogram(String, String, long\[\],
    /// double)].
    MetricsText histogram(String name, String help) {
        counts = false;
        return begin(name, name, "histogram", help);
    }

    private MetricsText begin(String name, String described, String type, String help) {
        family = name;
        out.append("# HELP ").append(described).append(' ').append(help).append('\n');
        out.append("# TYPE ").append(described).append(' ').append(type).append('\n');
        return this;
    }

    /// One sample of the family.
    ///
    /// @param labels names and values in turn
    MetricsText sample(double value, String... labels) {
        return sample(counts ? "_total" : "", value, labels);
    }

    /// The same for a whole number.
    MetricsText sample(long value, String... labels) {
        return sample((double) value, labels);
    }

    private MetricsText sample(String suffix, double value, String... labels) {
        out.append(family).append(suffix);
        for (int i = 0; i < labels.length; i += 2) {
            out.append(i == 0 ? '{' : ',').append(labels[i]).append("=\"");
            escape(labels[i + 1]);
            out.append('"');
        }
        out.append(labels.length == 0 ? " " : "} ");
        out.append(number(value)).append('\n');
        return this;
    }

    /// One histogram of the family.
    ///
    /// @param label the name of its label, and `value` its value
    /// @param totals how many were at most each of [RouteWindows#BOUNDS], and all of them
    /// @param sum of all
    MetricsText histogram(String label, String value, long[] totals, double sum) {
        int last = totals.length - 1;
        for (int i = 0; i < last; i++) {
            sample("_bucket", (double) totals[i], label, value, "le", number(RouteWindows.BOUNDS.get(i)));
        }
        sample("_bucket", (double) totals[last], label, value, "le", "+Inf");
        sample("_count", (double) totals[last], label, value);
        return sample("_sum", sum, label, value);
    }

    /// Without an exponent.
    private static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : BigDecimal.valueOf(value).toPlainString();
    }

    private void escape(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                default -> out.append(c);
            }
        }
    }

    byte[] bytes() {
        if (open) {
            out.append("# EOF\n");
        }
        return out.toString().getBytes(UTF_8);
    }
}
