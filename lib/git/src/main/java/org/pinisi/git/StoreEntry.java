package org.pinisi.git;

/// One name in a folder of a [GitStore].
///
/// @param name the name alone
/// @param folder whether it is a folder of more keys; otherwise it is a key
public record StoreEntry(String name, boolean folder) {}
