package org.pinisi.process;

/// A living process that carries a marker.
///
/// @param id which process
/// @param parent its parent's number
/// @param group its process group
/// @param session its session; equal to the pid for the one we started
/// @param marker what it carries
public record Found(ProcessId id, long parent, long group, long session, Marker marker) {
    /// Whether it leads its session, as every process does that [Processes#start] made.
    public boolean leads() {
        return id.pid() == session;
    }
}
