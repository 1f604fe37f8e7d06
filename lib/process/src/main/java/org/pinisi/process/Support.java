package org.pinisi.process;

/// Whether this machine can do something, and why not.
///
/// @param available whether it works here, tried and not guessed
/// @param detail for people: what does it (`bubblewrap 0.8.0`), or why it does not and what would help
public record Support(boolean available, String detail) {}
