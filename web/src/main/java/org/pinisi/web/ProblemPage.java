package org.pinisi.web;

/// What is said when there is no page.
///
/// @param heading what it is
/// @param text why, and what to do
record ProblemPage(int status, String heading, String text) {}
