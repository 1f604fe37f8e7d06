package org.pinisi.image;

import java.util.regex.Pattern;

/// The name of an image: `sha256:` and 64 lower-case hexadecimal digits, computed from everything the image holds.
///
/// @param value the whole text, prefix included
public record ImageDigest(String value) implements Comparable<ImageDigest> {
    private static final String PREFIX = "sha256:";
    private static final int ABBREVIATED_DIGITS = 12;
    private static final Pattern SHAPE = Pattern.compile("sha256:[0-9a-f]{64}");

    /// @throws ImageException when the text has another shape
    public ImageDigest {
        if (!SHAPE.matcher(value).matches()) {
            throw new ImageException(
                    "'" + value + "' is not an image digest (expected sha256: and 64 hexadecimal digits)");
        }
    }

    /// The 64 digits without the prefix.
    public String hex() {
        return value.substring(PREFIX.length());
    }

    /// A form for people, such as `sha256:9be1c03d8a54`: unambiguous on one machine, not an identity.
    public String abbreviated() {
        return value.substring(0, PREFIX.length() + ABBREVIATED_DIGITS);
    }

    @Override
    public int compareTo(ImageDigest other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
