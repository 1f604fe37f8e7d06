package org.pinisi.certificates;

import java.util.List;
import java.util.Map;

/// One version of the book, read.
///
/// @param version of the storage
/// @param entries by name, sorted
record BookView(Object version, Map<String, BookEntry> entries, List<BookDefect> defects, List<SealRecord> seals) {}
