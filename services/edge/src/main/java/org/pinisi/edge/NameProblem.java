package org.pinisi.edge;

/// Something about a name that wants a person's eye.
///
/// @param urgent whether visitors notice it already, or will within days
/// @param text what it is, in a sentence
public record NameProblem(boolean urgent, String text) {}
