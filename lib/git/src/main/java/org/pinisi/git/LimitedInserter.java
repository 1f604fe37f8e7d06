package org.pinisi.git;

import java.io.IOException;
import java.io.InputStream;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.transport.PackParser;

/// Takes packs within limits only.
final class LimitedInserter extends ObjectInserter.Filter {
    private final ObjectInserter inserter;
    private final TransferLimits limits;

    LimitedInserter(ObjectInserter inserter, TransferLimits limits) {
        this.inserter = inserter;
        this.limits = limits;
    }

    @Override
    protected ObjectInserter delegate() {
        return inserter;
    }

    @Override
    public PackParser newPackParser(InputStream in) throws IOException {
        PackParser parser = inserter.newPackParser(new PackInput(in, limits));
        parser.setMaxObjectSizeLimit(limits.objectBytes());
        return parser;
    }
}
