package org.pinisi.edge;

import org.pinisi.http.FastPath;
import org.pinisi.http.FastReply;
import org.pinisi.http.FastRequest;
import org.pinisi.http.Head;
import org.pinisi.http.PreparedAnswer;

/// A folder whose answers say what its route's rules want, too. A changed answer is kept beside the
/// folder's own ([PreparedAnswer#changed]), so it is made once for each file; only values that depend on the
/// request (`${host}` …) make one for each request. Immutable.
final class RuledFolder implements FastPath {
    private final FastPath folder;
    private final HeaderChanges changes;
    private final SecureFields overTls;
    private final boolean isPlain;
    private final PreparedAnswer.Change change;
    private final RuledFolder secured;

    /// @param overTls what answers over TLS say in addition
    RuledFolder(FastPath folder, HeaderChanges changes, SecureFields overTls) {
        this(folder, changes, overTls, false);
    }

    private RuledFolder(FastPath folder, HeaderChanges changes, SecureFields overTls, boolean secure) {
        boolean says = secure && !overTls.isEmpty();
        this.folder = folder;
        this.changes = changes;
        this.overTls = overTls;
        this.isPlain = !says && changes.isEmpty();
        this.change = fields -> says ? overTls.apply(changes.apply(fields)) : changes.apply(fields);
        this.secured = secure || overTls.isEmpty() ? this : new RuledFolder(folder, changes, overTls, true);
    }

    /// The same for this client, with the values that its request gives.
    RuledFolder of(Head request, Client client) {
        RuledFolder fixed = changes.isFixed() ? this : new RuledFolder(folder, changes.fixed(request, client), overTls);
        return client.isSecure() ? fixed.secured : fixed;
    }

    @Override
    public boolean answer(FastRequest request, FastReply reply) {
        return isPlain
                ? folder.answer(request, reply)
                : folder.answer(request, answer -> reply.send(answer.changed(change)));
    }
}
