package org.pinisi.web;

/// A stretch of a log in one style.
///
/// @param style names in the style sheet, parted by spaces; empty for plain text
/// @param text without control characters save line feed and tab; never HTML
record TextSpan(String style, String text) {}
