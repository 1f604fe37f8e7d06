package org.pinisi.git;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// The name of a repository, which is also the name of its app and a label of its host name (RFC 1123
/// §2.1): 1 to 63 characters of `a-z`, `0-9` and `-`, with no `-` at either end.
public record RepositoryName(String value) implements Comparable<RepositoryName> {
    private static final Pattern FORM = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

    /// @throws GitException when `value` has another form
    public RepositoryName {
        if (!FORM.matcher(value).matches()) {
            throw new GitException("\"" + printable(value) + "\" is not a repository name; expected 1 to 63 characters"
                    + " of a-z, 0-9 and -, with no - at either end");
        }
    }

    /// The name, or empty when `value` does not have its form.
    public static Optional<RepositoryName> parse(String value) {
        return FORM.matcher(value).matches() ? Optional.of(new RepositoryName(value)) : Optional.empty();
    }

    /// A name made from that of a folder, for a repository that no store has named.
    static RepositoryName of(Path folder) {
        Path last = folder.getFileName();
        String text =
                last == null ? "" : last.toString().toLowerCase(Locale.ROOT).replaceFirst("\\.git$", "");
        String plain = text.replaceAll("[^a-z0-9]+", "-");
        String shortened = plain.substring(0, Math.min(63, plain.length())).replaceAll("^-+|-+$", "");
        return parse(shortened).orElseGet(() -> new RepositoryName("repository"));
    }

    @Override
    public int compareTo(RepositoryName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }

    private static String printable(String text) {
        String shown = text.replaceAll("[^\\x20-\\x7e]", "?");
        return shown.length() <= 80 ? shown : shown.substring(0, 80) + "…";
    }
}
