package org.pinisi.git;

import java.util.regex.Pattern;

/// The identity of a tree: the 40 lower-case hexadecimal digits of its SHA-1.
public record TreeId(String hex) {
    private static final Pattern FORM = Pattern.compile("[0-9a-f]{40}");

    /// @throws GitException when `hex` is not 40 lower-case hexadecimal digits
    public TreeId {
        if (!FORM.matcher(hex).matches()) {
            throw new GitException("not the identity of a tree: expected 40 hexadecimal digits, found " + hex.length()
                    + " characters");
        }
    }

    @Override
    public String toString() {
        return hex;
    }
}
