package org.pinisi.edge;

import java.util.concurrent.atomic.LongAdder;

/// What was done with one upstream since it was named. Any loop writes, any thread reads.
final class UpstreamTally {
    private final LongAdder requests = new LongAdder();
    private final LongAdder errors = new LongAdder();
    private final LongAdder connects = new LongAdder();
    private final LongAdder connectFailures = new LongAdder();
    private final LongAdder retries = new LongAdder();

    /// A request that it had has ended with this status; 0 if there was no answer.
    void ended(int status) {
        requests.increment();
        if (status == 0 || status >= 500) {
            errors.increment();
        }
    }

    void connected() {
        connects.increment();
    }

    void connectFailed() {
        connectFailures.increment();
    }

    /// A request that failed here was tried again, here or elsewhere.
    void retried() {
        retries.increment();
    }

    long requests() {
        return requests.sum();
    }

    long errors() {
        return errors.sum();
    }

    long connects() {
        return connects.sum();
    }

    long connectFailures() {
        return connectFailures.sum();
    }

    long retries() {
        return retries.sum();
    }
}
