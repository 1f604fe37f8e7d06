package org.pinisi.edge;

/// How it stands with one upstream of a route. Counts are since it was named first.
///
/// @param id the upstream's name
/// @param address where it is reached
/// @param healthy whether it gets requests
/// @param ejected whether it is left out for a while, since it failed again and again
/// @param words how it is, for people: `healthy`, `host name unknown` …
/// @param inFlight requests under way
/// @param requests requests that ended
/// @param errors those that were answered with 500 or above, or not at all
/// @param connects connections made to it
/// @param connectFailures connections that could not be made
/// @param retries requests that were tried again after it failed them
public record UpstreamStatus(
        String id,
        String address,
        boolean healthy,
        boolean ejected,
        String words,
        int inFlight,
        long requests,
        long errors,
        long connects,
        long connectFailures,
        long retries) {}
