package org.pinisi.web;

import java.util.List;
import java.util.Optional;

/// A pipeline laid out, in pixels.
///
/// @param bands the frames around groups, behind everything
/// @param lines behind the boxes
record GraphPicture(int width, int height, List<Band> bands, List<Line> lines, List<Box> boxes) {
    /// A node.
    ///
    /// @param label as it fits into the box
    /// @param full the whole label, with the reason if it failed
    /// @param job the job behind it
    record Box(
            String id,
            int x,
            int y,
            int width,
            int height,
            String label,
            String full,
            Badge state,
            Optional<String> job) {}

    /// An arrow.
    ///
    /// @param path as SVG writes it
    /// @param done whether something has come over it
    record Line(String path, boolean done) {}

    /// The frame of a group.
    record Band(int y, int width, int height, String label) {}

    GraphPicture {
        bands = List.copyOf(bands);
        lines = List.copyOf(lines);
        boxes = List.copyOf(boxes);
    }
}
