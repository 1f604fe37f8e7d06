package org.pinisi.git;

import org.pinisi.flow.Flow;

/// placeholder until written
abstract class SshFlow implements Flow {
    abstract String complaint();
}
