package org.pinisi.git;

/// One name in a folder of a commit.
///
/// @param name the name alone, without its folder
/// @param bytes the length of a file or of a link's target; 0 for folders and submodules
public record TreeEntry(String name, Kind kind, long bytes) {
    /// What a name stands for.
    public enum Kind {
        FILE,
        EXECUTABLE,
        LINK,
        FOLDER,
        SUBMODULE
    }
}
