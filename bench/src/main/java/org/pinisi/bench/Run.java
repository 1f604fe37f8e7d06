package org.pinisi.bench;

/// What one run of a load gave.
///
/// @param requests how many were answered; for large bodies, how many bodies' worth of bytes came
/// @param rate those, a second
/// @param p50 median time of a request in microseconds
/// @param p99 the time within which 99 of 100 were answered, in microseconds
/// @param processor processor time of the server for each request, in microseconds
record Run(double requests, double rate, double p50, double p99, double processor) {}
