package org.pinisi.site;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.pinisi.git.TreeEntry;

/// The page that shows what is in a folder.
final class Listing {
    private static final int MOST = 10_000;

    private Listing() {}

    /// @param path the folder's names, for its title
    static String html(List<String> path, List<TreeEntry> entries) {
        String title = escaped("/" + String.join("/", path) + (path.isEmpty() ? "" : "/"));
        StringBuilder html = new StringBuilder(head(title));
        if (!path.isEmpty()) {
            html.append("<tr><td><a href=\"../\">..</a><td>\n");
        }
        List<TreeEntry> shown = entries.stream()
                .filter(entry -> entry.kind() != TreeEntry.Kind.SUBMODULE && !Locator.isHidden(entry.name()))
                .filter(entry -> !path.isEmpty() || !isRules(entry.name()))
                .sorted(Comparator.comparing((TreeEntry entry) -> entry.kind() != TreeEntry.Kind.FOLDER)
                        .thenComparing(TreeEntry::name))
                .toList();
        for (TreeEntry entry : shown.subList(0, Math.min(MOST, shown.size()))) {
            boolean folder = entry.kind() == TreeEntry.Kind.FOLDER;
            String slash = folder ? "/" : "";
            boolean sized = entry.kind() == TreeEntry.Kind.FILE || entry.kind() == TreeEntry.Kind.EXECUTABLE;
            // The dot keeps a name with a colon from being taken for a scheme.
            html.append("<tr><td><a href=\"./")
                    .append(escaped(Escapes.name(entry.name())))
                    .append(slash)
                    .append("\">");
            html.append(escaped(entry.name())).append(slash).append("</a><td>");
            html.append(sized ? size(entry.bytes()) : "").append('\n');
        }
        html.append("</table>\n");
        if (shown.size() > MOST) {
            html.append("<p>and ").append(shown.size() - MOST).append(" more\n");
        }
        return html.append("</html>\n").toString();
    }

    private static boolean isRules(String name) {
        return name.equals(RedirectRules.NAME) || name.equals(HeaderRules.NAME);
    }

    private static String size(long bytes) {
        if (bytes < 1024) {
            return bytes + " B";
        }
        double size = bytes;
        String unit = "";
        for (String next : List.of("KiB", "MiB", "GiB", "TiB")) {
            if (size < 1024) {
                break;
            }
            size /= 1024;
            unit = next;
        }
        return String.format(Locale.ROOT, "%.1f %s", size, unit);
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    private static String head(String title) {
        return """
            <!doctype html>
            <html lang="en">
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>%1$s</title>
            <style>
            :root { color-scheme: light dark }
            body { font: 1rem/1.6 system-ui, sans-serif; max-width: 50rem; margin: 2rem auto; padding: 0 1rem }
            table { border-collapse: collapse; width: 100%% }
            td { padding: .1rem 0 } td + td { text-align: right; font-variant-numeric: tabular-nums }
            a { overflow-wrap: anywhere }
            </style>
            <h1>%1$s</h1>
            <table>
            """.formatted(title);
    }
}
