package org.pinisi.image;

/// What a sealed tree holds.
///
/// @param digest over everything that makes the image what it is
/// @param bytes the sum of its files' lengths
/// @param files how many regular files
record Contents(ImageDigest digest, long bytes, long files) {}
