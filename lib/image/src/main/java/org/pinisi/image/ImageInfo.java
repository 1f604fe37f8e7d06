package org.pinisi.image;

import java.time.Instant;

/// What the store knows of one image.
///
/// @param digest its name
/// @param bytes the sum of its files' lengths
/// @param files how many regular files it holds
/// @param created when it was first stored
/// @param lastUsed when it was last stored or asked for, to the minute
public record ImageInfo(ImageDigest digest, long bytes, long files, Instant created, Instant lastUsed) {
    /// @throws ImageException when a size is negative
    public ImageInfo {
        if (bytes < 0 || files < 0) {
            throw new ImageException("image %s has negative sizes: %d bytes, %d files".formatted(digest, bytes, files));
        }
    }
}
