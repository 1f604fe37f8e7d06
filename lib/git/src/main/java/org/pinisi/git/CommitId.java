package org.pinisi.git;

import java.util.regex.Pattern;

/// The identity of a commit: the 40 lower-case hexadecimal digits of its SHA-1.
public record CommitId(String hex) {
    private static final Pattern FORM = Pattern.compile("[0-9a-f]{40}");

    /// @throws GitException when `hex` is not 40 lower-case hexadecimal digits
    public CommitId {
        if (!FORM.matcher(hex).matches()) {
            throw new GitException("not the identity of a commit: expected 40 hexadecimal digits, found " + hex.length()
                    + " characters");
        }
    }

    /// The first seven digits, for people.
    public String abbreviated() {
        return hex.substring(0, 7);
    }

    @Override
    public String toString() {
        return hex;
    }
}
