package org.pinisi.engine;

/// The engine's side of a term.
abstract non-sealed class Node<T> extends Term<T> {}
